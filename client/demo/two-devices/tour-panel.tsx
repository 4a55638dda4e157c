import { ActionIcon, Button, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import {
  IconCheck,
  IconCircle,
  IconCircleCheckFilled,
  IconCircleDot,
  IconRotate,
  IconX,
} from '@tabler/icons-react';
import { NAMES, otherOf, type Person } from './person.ts';
import type { Tour, Facts, Step, Task } from './tour.ts';
import { doerOf, isGone, isStep, STEPS, tasksOf } from './tour.ts';
import classes from './tour-panel.module.css';
import { outcomeBefore, STEP_WORDS, taskWords } from './tour-words.ts';

interface TourPanelProps {
  readonly tour: Tour;
  readonly facts: Facts;
  /** Brings into view what the task is about; null: it is. */
  readonly onShow: (() => void) | null;
  readonly onClose: () => void;
  readonly onRestart: () => void;
}

/** What to do next, and what was done. It stands beside the devices and never in their way. */
export function TourPanel({ tour, facts, onShow, onClose, onRestart }: TourPanelProps) {
  return (
    <section className={classes.panel} aria-label="Guided tour">
      <div className={classes.head}>
        <Progress step={tour.step} />
        {isStep(tour.step) && (
          <Tooltip label="Start again">
            <ActionIcon size={24} aria-label="Start the tour again" onClick={onRestart}>
              <IconRotate size={16} />
            </ActionIcon>
          </Tooltip>
        )}
        <ActionIcon size={24} aria-label="Close the tour" onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      <Contents tour={tour} facts={facts} />
      {onShow !== null && (
        <Button className={classes.button ?? ''} size="compact-sm" variant="light" onClick={onShow}>
          Show me
        </Button>
      )}
      {tour.step === 'end' && (
        <Button className={classes.button ?? ''} size="sm" onClick={onRestart}>
          Start again
        </Button>
      )}
    </section>
  );
}

function Contents({ tour, facts }: Pick<TourPanelProps, 'tour' | 'facts'>) {
  const { step } = tour;
  if (step === 'prepare') return <Preparing facts={facts} />;
  if (step === 'end') return <End />;
  if (isGone(facts)) {
    return (
      <Words title="This cannot go on">
        The tour’s note or order was thrown away or placed. Start again, and there will be new ones.
      </Words>
    );
  }
  return <StepContents step={step} tasks={tasksOf(tour, step, facts)} tour={tour} facts={facts} />;
}

interface StepContentsProps {
  readonly step: Step;
  readonly tasks: readonly Task[];
  readonly tour: Tour;
  readonly facts: Facts;
}

function StepContents({ step, tasks, tour, facts }: StepContentsProps) {
  const words = STEP_WORDS[step];
  const wordsOf = (id: Task['id']) => taskWords(step, id, doerOf(id, tour, facts));
  const other = otherOf(tour.lead);
  const current = tasks.find(({ isDone }) => !isDone)?.id;
  return (
    <div className={classes.step} data-begun={tasks.some(({ isDone }) => isDone)}>
      <Outcome step={step} />
      <Words title={words.title}>{words.text}</Words>
      <ol className={classes.tasks}>
        {tasks.map(({ id, isDone }) => (
          <li
            key={id}
            className={classes.task}
            data-state={isDone ? 'done' : id === current ? 'current' : 'ahead'}
            aria-current={id === current ? 'step' : undefined}
          >
            <TaskMark isDone={isDone} isCurrent={id === current} />
            <span>
              {wordsOf(id)}
              {isDone && <VisuallyHidden> Done.</VisuallyHidden>}
            </span>
          </li>
        ))}
      </ol>
      {facts[other].isCut && <OtherIsCut other={other} />}
      <div role="status">
        {current === undefined ? (
          <Text size="sm" fw={600}>
            The devices are catching up …
          </Text>
        ) : (
          <VisuallyHidden>Next: {wordsOf(current)}</VisuallyHidden>
        )}
      </div>
    </div>
  );
}

function OtherIsCut({ other }: { readonly other: Person }) {
  return (
    <Text size="sm" className={classes.hint ?? ''}>
      {NAMES[other]}’s device works offline, too. Connect it, so that the two can meet.
    </Text>
  );
}

function TaskMark({ isDone, isCurrent }: { readonly isDone: boolean; readonly isCurrent: boolean }) {
  const Mark = isDone ? IconCircleCheckFilled : isCurrent ? IconCircleDot : IconCircle;
  return <Mark size={18} aria-hidden="true" />;
}

function Outcome({ step }: { readonly step: Step | 'end' }) {
  const outcome = outcomeBefore(step);
  if (outcome === null) return null;
  return (
    <p className={classes.outcome} role="status">
      <IconCheck size={16} stroke={2.5} aria-hidden="true" />
      {outcome}
    </p>
  );
}

function End() {
  return (
    <>
      <Outcome step="end" />
      <Words title="That is all there is to it">
        What is written is kept, sent once, merged where it can be, and decided by a person where it cannot.
        Go on and try what you like: cut both, reload the page, order what the other throws away.
      </Words>
    </>
  );
}

function Preparing({ facts }: Pick<TourPanelProps, 'facts'>) {
  const isCut = facts.ada.isCut || facts.ben.isCut;
  return (
    <div role="status">
      <Words title="Getting ready">
        {isCut
          ? 'Both devices have to be connected for a moment: switch “Work offline” off.'
          : 'Both devices get what the team has written. This needs a connection, once.'}
      </Words>
    </div>
  );
}

function Words({ title, children }: { readonly title: string; readonly children: string }) {
  return (
    <div>
      <h2 className={classes.title}>{title}</h2>
      <Text size="sm" c="dimmed" className={classes.text ?? ''}>
        {children}
      </Text>
    </div>
  );
}

function Progress({ step }: Pick<Tour, 'step'>) {
  const at = isStep(step) ? STEPS.indexOf(step) : step === 'end' ? STEPS.length : -1;
  return (
    <div className={classes.progress}>
      {STEPS.map((each, index) => (
        <span key={each} className={classes.bar} data-state={markOf(index, at)} />
      ))}
      <span className={classes.count}>
        {isStep(step) ? `Step ${at + 1} of ${STEPS.length}` : 'Guided tour'}
      </span>
    </div>
  );
}

function markOf(index: number, at: number): 'done' | 'current' | 'ahead' {
  if (index < at) return 'done';
  return index === at ? 'current' : 'ahead';
}
