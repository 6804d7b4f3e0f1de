import { Alert, Button, Group, Modal, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { ApiProblem } from '../api/problem.js';
import { t } from '../messages/index.js';

interface DangerDialogProps {
  isOpen: boolean;
  /** Where it stands over another dialog: of Mantine's `Modal.Stack`. */
  stackId?: string;
  onClose: () => void;
  /** A question that names the object: `Revoke Ada’s connection to Google?` */
  title: string;
  /** What will happen, what the provider supports. */
  children: ReactNode;
  /** Verb and noun: `Revoke 212 connections`. */
  action: string;
  /** Instead of `Cancel`. */
  cancel?: string;
  /** False while it is not known yet what will happen: until then it cannot be confirmed. */
  isReady?: boolean;
  /** L2: what must be typed (a count, a name). */
  typed?: string;
  /** Asks for a reason and hands it on. */
  reason?: boolean;
  onConfirm: (reason: string) => Promise<unknown>;
}

/** A final change: names what will happen, keeps the focus off the red button, shows why it failed where it failed. */
export function DangerDialog({
  isOpen,
  stackId,
  onClose,
  title,
  children,
  action,
  cancel,
  isReady = true,
  typed,
  reason = false,
  onConfirm,
}: DangerDialogProps) {
  return (
    <Modal
      opened={isOpen}
      stackId={stackId}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {isOpen && <Body {...{ onClose, children, action, cancel, isReady, typed, reason, onConfirm }} />}
    </Modal>
  );
}

function Body({
  onClose,
  children,
  action,
  cancel = t.actions.cancel,
  isReady,
  typed,
  reason,
  onConfirm,
}: Omit<DangerDialogProps, 'isOpen' | 'stackId' | 'title'>) {
  const [words, setWords] = useState('');
  const [why, setWhy] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const [isTried, setTried] = useState(false);
  const isTyped = typed === undefined || words.trim() === typed;
  const hasReason = !reason || why.trim() !== '';
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // React hands it on to the form that the dialog was asked for in: leaving that one would submit it.
    event.stopPropagation();
    setTried(true);
    if (!isReady || !isTyped || !hasReason) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm(why.trim());
      onClose();
    } catch (thrown) {
      setProblem(ApiProblem.from(thrown));
    }
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap={16}>
        <Text size="sm" component="div">
          {children}
        </Text>
        {reason && (
          <Textarea
            label={t.form.reason}
            description={t.form.reasonHint}
            data-autofocus
            autosize
            minRows={2}
            maxLength={500}
            value={why}
            error={isTried && !hasReason && t.form.required}
            onChange={({ currentTarget }) => setWhy(currentTarget.value)}
          />
        )}
        {typed !== undefined && (
          <TextInput
            label={t.form.typeToConfirm(typed)}
            data-autofocus={!reason || undefined}
            autoComplete="off"
            value={words}
            error={isTried && !isTyped && t.form.typeToConfirm(typed)}
            onChange={({ currentTarget }) => setWords(currentTarget.value)}
          />
        )}
        {problem && <ProblemAlert problem={problem} />}
        <Group justify="flex-end" gap={8}>
          <Button
            variant="default"
            onClick={onClose}
            data-autofocus={(!reason && typed === undefined) || undefined}
          >
            {cancel}
          </Button>
          <Button type="submit" color="red" loading={isBusy} disabled={!isReady}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Why something was refused, beside what was asked for. */
export function ProblemAlert({ problem }: { problem: ApiProblem }) {
  const isLost = problem.slug === 'precondition-failed';
  return (
    <Alert color="red" variant="light" role="alert" title={isLost ? t.failure.changed : problem.title}>
      {/* The API speaks of ETags. */}
      {isLost ? t.failure.changedRetry : problem.detail}
      {problem.fields.map(({ pointer, detail }) => (
        <div key={pointer + detail}>{`${pointer}: ${detail}`}</div>
      ))}
      {problem.requestId && <Text size="xs">{t.failure.requestId(problem.requestId)}</Text>}
    </Alert>
  );
}
