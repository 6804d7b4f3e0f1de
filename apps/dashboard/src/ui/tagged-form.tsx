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
  const [theirs, setTheirs] = useState<Tagged<V>>();
  const form = useForm<V>({
    initial: initial.values,
    check,
    fieldOf,
    onSubmit: async (values) => {
      try {
        etag.current = (await save(values, etag.current)) ?? etag.current;
        setTheirs(undefined);
      } catch (thrown) {
        if (ApiProblem.from(thrown).status === 412) setTheirs(await readAgain());
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
      form.reset(theirs.values);
      setTheirs(undefined);
    },
    overwrite() {
      if (!theirs) return;
      etag.current = theirs.etag;
      void form.submit();
    },
  };
}

interface TaggedFormProps<V> {
  edit: TaggedEdit<V>;
  action: string;
  onCancel?: () => void;
  /** What each field is called, and how a value of it reads. */
  names: Readonly<Record<keyof V & string, string>>;
  show: (name: keyof V & string, values: V) => string;
  children: ReactNode;
}

export function TaggedForm<V extends object>(props: TaggedFormProps<V>) {
  const { edit, action, onCancel, names, show, children } = props;
  const { form, theirs } = edit;
  const fields = Object.keys(names) as (keyof V & string)[];
  return (
    <EditForm form={form} action={action} onCancel={onCancel}>
      {children}
      {theirs && (
        <LostEdit
          differences={fields
            .filter((name) => JSON.stringify(theirs[name]) !== JSON.stringify(form.values[name]))
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
