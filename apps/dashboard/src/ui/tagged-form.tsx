import { useRef, useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/problem.js';
import { EditForm, LostEdit, useForm, type Form } from './edit-form.js';

interface Tagged<V> {
  values: V;
  /** What was read, to be sent back as `If-Match`. */
  etag: string;
}

interface TaggedFormOptions<V> {
  initial: Tagged<V>;
  check?: (values: V) => Partial<Record<keyof V & string, string>>;
  fieldOf?: (pointer: string) => (keyof V & string) | undefined;
  /** Answers the new ETag, where the form stays open. */
  save: (values: V, etag: string) => Promise<string | void>;
  /** What is there now, after a 412. */
  readAgain: () => Promise<Tagged<V>>;
}

export interface TaggedEdit<V> {
  form: Form<V>;
  theirs: V | undefined;
  takeTheirs: () => void;
  overwrite: () => void;
}

/** A form over something that others edit too: a 412 lays what is there now beside what was typed. */
export function useTaggedForm<V extends object>(options: TaggedFormOptions<V>): TaggedEdit<V> {
  const { initial, check, fieldOf, save, readAgain } = options;
  const etag = useRef(initial.etag);
  const base = useRef(initial.values);
  const [theirs, setTheirs] = useState<Tagged<V>>();
  const form = useForm<V>({
    initial: initial.values,
    check,
    fieldOf,
    onSubmit: async (values) => {
      const saveAs = async (tag: string): Promise<void> => {
        etag.current = (await save(values, tag)) ?? tag;
        base.current = values;
        setTheirs(undefined);
      };
      try {
        await saveAs(etag.current);
      } catch (thrown) {
        if (ApiProblem.from(thrown).status !== 412) throw thrown;
        const now = await readAgain();
        // Changed, but nothing of what is edited here: there is nothing to decide.
        if (isSame(now.values, base.current)) return saveAs(now.etag);
        setTheirs(now);
        throw thrown;
      }
    },
  });
  return {
    form,
    theirs: theirs?.values,
    takeTheirs() {
      if (!theirs) return;
      etag.current = theirs.etag;
      base.current = theirs.values;
      form.reset(theirs.values);
      setTheirs(undefined);
    },
    overwrite() {
      if (!theirs) return;
      etag.current = theirs.etag;
      base.current = theirs.values;
      void form.submit();
    },
  };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

interface TaggedFormProps<V> {
  edit: TaggedEdit<V>;
  action: string;
  onCancel?: () => void;
  /** False where saving is the next step, changed or not. */
  isEdit?: boolean;
  /** What each field is called, and how a value of it reads. */
  names: Readonly<Record<keyof V & string, string>>;
  show: (name: keyof V & string, values: V) => string;
  children: ReactNode;
}

export function TaggedForm<V extends object>(props: TaggedFormProps<V>) {
  const { edit, action, onCancel, isEdit = true, names, show, children } = props;
  const { form, theirs } = edit;
  const fields = Object.keys(names) as (keyof V & string)[];
  return (
    <EditForm {...{ form, action, onCancel, isEdit }} isLostShown={theirs !== undefined}>
      {children}
      {theirs && (
        <LostEdit
          differences={fields
            .filter((name) => !isSame(theirs[name], form.values[name]))
            .map((name) => ({
              name: names[name],
              theirs: show(name, theirs),
              mine: show(name, form.values),
            }))}
          onTakeTheirs={edit.takeTheirs}
          onOverwrite={edit.overwrite}
        />
      )}
    </EditForm>
  );
}
