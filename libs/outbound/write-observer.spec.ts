import { channel } from 'node:diagnostics_channel';
import { observeWrite } from './write-observer.js';

const created = channel('undici:request:create');
const writing = channel('undici:client:sendHeaders');

/** Which of the marks were called, in order. */
function watching() {
  const marks: string[] = [];
  return { marks, mark: (name: string) => () => void marks.push(name) };
}

describe('observeWrite', () => {
  it('tells the one request that is written, whatever the order', () => {
    const { marks, mark } = watching();
    const [first, second] = [{}, {}];
    observeWrite(mark('first'), () => created.publish({ request: first }));
    observeWrite(mark('second'), () => created.publish({ request: second }));
    expect(marks).toEqual([]);
    writing.publish({ request: second });
    expect(marks).toEqual(['second']);
    writing.publish({ request: first });
    expect(marks).toEqual(['second', 'first']);
  });

  it('takes the first request created inside dispatch and none created outside of it', () => {
    const { marks, mark } = watching();
    const [before, ours, nested, after] = [{}, {}, {}, {}];
    created.publish({ request: before });
    observeWrite(mark('ours'), () => {
      created.publish({ request: ours });
      created.publish({ request: nested });
    });
    created.publish({ request: after });
    for (const request of [before, nested, after]) writing.publish({ request });
    expect(marks).toEqual([]);
    writing.publish({ request: ours });
    expect(marks).toEqual(['ours']);
  });

  it('takes a request for written when undici did not announce it', () => {
    const { marks, mark } = watching();
    observeWrite(mark('unseen'), () => {});
    expect(marks).toEqual(['unseen']);
  });

  it('does not wait for a request after a dispatch that failed', () => {
    const { marks, mark } = watching();
    const dispatch = () => {
      throw new Error('closed');
    };
    expect(() => observeWrite(mark('failed'), dispatch)).toThrow('closed');
    const later = {};
    created.publish({ request: later });
    writing.publish({ request: later });
    expect(marks).toEqual(['failed']);
  });
});
