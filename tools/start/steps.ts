/** How a start shows itself; made by tools/prepare/steps.mjs, which runs before anything is installed. */
export interface Steps {
  step<T>(title: string, work: (say: (detail: string) => void) => Promise<T>): Promise<T>;
  line(text: string): void;
}
