package io.github.palimpsest.execution;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happens in a run. A process that runs a plan for another one tells it by {@link EventLines}.
 * Cells and stages are named by their ids.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = RunEvent.TYPE)
@JsonSubTypes({
  @Type(name = "ready", value = RunEvent.Ready.class),
  @Type(name = "planned", value = RunEvent.Planned.class),
  @Type(name = "open", value = RunEvent.Open.class),
  @Type(name = "skipped", value = RunEvent.Skipped.class),
  @Type(name = "started", value = RunEvent.Started.class),
  @Type(name = "training", value = RunEvent.Training.class),
  @Type(name = "step", value = RunEvent.Step.class),
  @Type(name = "scoring", value = RunEvent.Scoring.class),
  @Type(name = "finished", value = RunEvent.Finished.class),
  @Type(name = "failed", value = RunEvent.Failed.class),
  @Type(name = "checking", value = RunEvent.Checking.class),
  @Type(name = "damaged", value = RunEvent.Damaged.class),
  @Type(name = "done", value = RunEvent.Done.class)
})
public sealed interface RunEvent {
  /** The key of an event's name where it is written. */
  String TYPE = "event";

  /** A worker has opened model and data and waits to be let go. */
  record Ready() implements RunEvent {}

  /** The plan is in the output folder; told once, before the first cell. */
  record Planned() implements RunEvent {}

  /**
   * The remaining training at the start of a run.
   *
   * @param passes the forward-and-backward passes of each stage without a state, as its components
   *     declare them, by the stage's id
   */
  record Open(SortedMap<String, Double> passes) implements RunEvent {
    /** Copies the map. */
    public Open {
      passes = Collections.unmodifiableSortedMap(new TreeMap<>(passes));
    }
  }

  /** A cell has its result already, or another run was the first to tell that it failed. */
  record Skipped(String cell) implements RunEvent {}

  /**
   * A cell begins or continues.
   *
   * @param cell the cell
   * @param steps the training steps of all its tasks
   */
  record Started(String cell, long steps) implements RunEvent {}

  /**
   * A stage begins to be trained for a cell, or goes on.
   *
   * @param cell the cell
   * @param stage the stage
   * @param task the task of the stage, from 0
   */
  record Training(String cell, String stage, int task) implements RunEvent {}

  /**
   * A training step is done.
   *
   * @param cell the cell
   * @param stage the stage
   * @param task the task's name
   * @param step the stage's steps so far, those before an interruption included
   * @param steps all of the stage's
   * @param stepsOfCell the cell's steps so far, likewise
   * @param loss the step's objective
   * @param tokens the tokens of the stage's examples that this run has trained on so far
   */
  record Step(
      String cell,
      String stage,
      String task,
      long step,
      long steps,
      long stepsOfCell,
      double loss,
      long tokens)
      implements RunEvent {}

  /**
   * Scores of a cell are being measured.
   *
   * @param cell the cell
   * @param moment when, for people: before training, or after a task
   */
  record Scoring(String cell, String moment) implements RunEvent {}

  /** A cell has its result. */
  record Finished(String cell) implements RunEvent {}

  /**
   * A cell has failed; the others go on.
   *
   * @param cell the cell
   * @param reason for people
   */
  record Failed(String cell, String reason) implements RunEvent {}

  /**
   * What is in the output folder is read through, to see that it is as it was written.
   *
   * @param bytes how much of it has been read
   * @param all how much there is
   */
  record Checking(long bytes, long all) implements RunEvent {}

  /**
   * Something in the output folder was not what had been written. It has been set aside and is
   * computed again.
   *
   * @param message for people; names the file
   */
  record Damaged(String message) implements RunEvent {}

  /** A worker has nothing more to do. */
  record Done() implements RunEvent {}
}
