package io.github.palimpsest.results.query;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The tables of results in queries. Ids join them: {@code cell}, {@code stage}. */
public enum ResultTable {
  /** A row for each cell. */
  CELLS(
      "a row for each cell, finished or not",
      text("id", "hash of everything that determines the result"),
      text("recipe", "canonical text of the recipe"),
      text("label", "the recipe without its defaults"),
      whole("seed", "where every random stream begins"),
      text("status", "finished, failed or missing"),
      text("reason", "why it failed"),
      flag("planned", "whether the latest plan names it"),
      text("measure", "measure of the tasks"),
      flag("higher_is_better", "whether a higher score is better"),
      whole("steps", "training steps, all tasks together"),
      real("declared_passes", "forward-and-backward passes, as its components declare them"),
      whole("gradient_passes", "gradient passes that were made, counted"),
      real("wall_seconds", "training time of its stages, in whatever cell they were trained"),
      real("evaluation_seconds", "scoring time in this cell"),
      real("ms_per_step", "mean time of a step"),
      whole("peak_rss_bytes", "largest memory of the process"),
      text("device", "cpu, gpu:N, or several as gpu:0-3"),
      text("cpu", "model of the processor"),
      text("gpu", "models of the GPUs"),
      text("java", "version"),
      text("tensorflow_java", "version of TensorFlow for Java"),
      text("tensorflow_runtime", "version of the native TensorFlow"),
      text("palimpsest", "version")),
  /** The axes. */
  LEVELS(
      "the level of each axis in each cell of the plan",
      text("cell", "cells.id"),
      text("axis", "name of the axis"),
      text("level", "as the experiment file has it")),
  /** Metrics of forgetting and learning. */
  METRICS(
      "each metric of each finished cell, and `drift of SET` for each evaluation set",
      text("cell", "cells.id"),
      text("metric", "name"),
      real("value", "null if it is not defined"),
      flag("higher_is_better", "whether a higher value is better")),
  /** The score matrix. */
  SCORES(
      "the score matrix: each set before training and after each task with a merged model, if the"
          + " recipe merges",
      text("cell", "cells.id"),
      whole("after", "tasks trained so far; 0 before any training"),
      text("eval_set", "name of the task or evaluation set"),
      whole("task", "the task of the set, from 1; null for a set that is never trained on"),
      real("score", "in the unit of its measure")),
  /** Metrics of trainings without their mergers at the end. */
  UNMERGED_METRICS(
      "each metric, and `drift of SET` for each evaluation set, of the training of each cell whose"
          + " recipe has mergers that act only at the end",
      text("cell", "cells.id"),
      text("label", "the recipe without these mergers"),
      text("metric", "name"),
      real("value", "null if it is not defined"),
      flag("higher_is_better", "whether a higher value is better")),
  /** Score matrices of trainings without their mergers at the end. */
  UNMERGED_SCORES(
      "the score matrix of the training of each cell whose mergers act only at the end",
      text("cell", "cells.id"),
      text("label", "the recipe without these mergers"),
      whole("after", "tasks trained so far; 0 before any training"),
      text("eval_set", "name of the task or evaluation set"),
      whole("task", "the task of the set, from 1; null for a set that is never trained on"),
      real("score", "in the unit of its measure")),
  /** Single examples. */
  EXAMPLES(
      "the outcome of each example of each set",
      text("cell", "cells.id"),
      whole("after", "tasks trained so far; 0 before any training"),
      text("eval_set", "name of the task or evaluation set"),
      whole("example", "its place in the set, from 0"),
      real("outcome", "right (1) or wrong (0), or nats per token"),
      real("weight", "its weight: 1, or its target tokens")),
  /** What evaluation sets ask. */
  ITEMS(
      "what each evaluation set asks, item by item; empty in folders of earlier versions",
      text("eval_set", "name of the task or evaluation set"),
      whole("example", "its place in the set, from 0: examples.example"),
      text("item", "the set and the number of the record"),
      text("origin", "file and line"),
      text("text", "what the model was given, in short"),
      text("choices", "a JSON array, in short; null if the model does not choose"),
      text("expected", "the right choice or answer, in short")),
  /** Items lost and gained. */
  FLIPS(
      "the items that each cell has right before the first task and wrong after the last, or the"
          + " opposite",
      text("cell", "cells.id"),
      text("label", "the recipe without its defaults"),
      whole("seed", "where every random stream begins"),
      text("eval_set", "name of the task or evaluation set"),
      whole("example", "its place in the set, from 0: items.example"),
      text("item", "the set and the number of the record; null if it is not recorded"),
      text("before", "the choice before the first task; null if there was none"),
      text("after", "the choice after the last task; null if there was none"),
      text("change", "lost or gained")),
  /** What was trained. */
  STAGES(
      "a row for each training of a task, shared by all cells that need it",
      text("id", "hash of everything that determines the state after it"),
      whole("task", "from 1"),
      text("recipe", "the components that can have acted by then"),
      whole("seed", "where every random stream begins"),
      text("parent", "stages.id of the task before"),
      text("reference", "joint or alone for a reference model of the task, otherwise null"),
      text("status", "trained or failed"),
      text("reason", "why it failed"),
      whole("examples", "training examples of the task"),
      whole("steps", "training steps"),
      real("declared_passes", "forward-and-backward passes, as its components declare them"),
      whole("gradient_passes", "gradient passes that were made, counted"),
      real("wall_seconds", "training time"),
      real("ms_per_step", "mean time of a step"),
      whole("peak_rss_bytes", "largest memory of the process"),
      text("device", "cpu, gpu:N, or several as gpu:0-3"),
      text("cpu", "model of the processor"),
      text("gpu", "models of the GPUs")),
  /** Which cell needs which stage. */
  CELL_STAGES(
      "the stages of each finished cell",
      text("cell", "cells.id"),
      whole("task", "from 1"),
      text("stage", "stages.id")),
  /** Training curves. */
  LOSSES(
      "the objective at every training step",
      text("stage", "stages.id"),
      whole("step", "from 1"),
      real("loss", "nats per target token, including penalties")),
  /** Scores along a stage. */
  POINTS(
      "scores along each stage, at the steps that the experiment asks for",
      text("stage", "stages.id"),
      whole("step", "finished steps of the task; 0 before the first"),
      text("eval_set", "name of the task or evaluation set"),
      real("score", "in the unit of its measure"),
      real("loss", "nats per target token; null for a set that is never trained on")),
  /** Probes before the next stage. */
  STAGE_PROBES(
      "each number of each probe after a stage and before the next one",
      text("stage", "stages.id"),
      whole("task", "from 1"),
      text("probe", "the probe without its defaults"),
      text("name", "what the number is"),
      real("value", "the number"),
      text("eval_set", "the task whose training examples gave the loss"),
      whole("examples", "how many of them"),
      real("loss", "their mean loss, nats per target token"),
      real("distance", "of the weights from those before any training"),
      whole("passes", "forward passes over the examples; a gradient counts as three"),
      real("seconds", "wall time")),
  /** Where the code came from. */
  COMPONENTS(
      "every component of every finished cell, including wrapped ones",
      text("cell", "cells.id"),
      text("id", "name in recipes"),
      text("kind", "optimizer, regularizer, ..."),
      text("plugin", "name of its plugin"),
      text("version", "of the JAR"),
      text("jar", "file name"),
      text("sha256", "of the JAR"),
      text("certificate", "whether it was certified")),
  /** All else that determines results. */
  INPUTS(
      "everything except recipe and seed that determines a result: hashes, settings, versions",
      text("cell", "cells.id"),
      text("name", "for example task.1.data"),
      text("value", "a hash or a value")),
  /** The learn-retain frontier. */
  FRONTIER(
      "learned score, retained score and cost of each recipe, means over seeds",
      text("label", "the recipe without its defaults"),
      real(
          "learned",
          "mean score of a task right after its training; at the end if only merged then"),
      real("retained", "mean score of the earlier tasks and sets at the end"),
      real("passes", "forward-and-backward passes of the whole training"),
      flag("on_frontier", "whether no other recipe beats it in all three"),
      text("beaten_by", "the best learner that beats it; empty on the frontier"),
      whole("seeds", "number of its seeds"),
      whole("unbeaten_seeds", "number of seeds at which no other cell beats its cell")),
  /** Recipes against the first one. */
  DIFFERENCES(
      "each recipe minus the first one, over the seeds that both have",
      text("outcome", "a metric, or the drift of a set"),
      text("label", "the recipe without its defaults"),
      text("baseline", "the recipe with which it is compared"),
      whole("seeds", "how many"),
      real("estimate", "mean difference"),
      real("low", "lower end of the 95 % t interval over seeds; null if the seeds carry none"),
      real("high", "its upper end"),
      real("d_z", "standardised difference"),
      real("p", "t test over seeds; exploratory"),
      real("p_holm", "after Holm among all recipes"),
      text("caveat", "what the seeds cannot carry; null with five or more")),
  /** Forgetting against learning. */
  CURVES(
      "what each cell has forgotten while it learns its last task",
      text("cell", "cells.id"),
      text("outcome", "forgetting, forgetting of loss, or the drift of a set"),
      whole("step", "finished steps of the last task"),
      real("passes", "forward-and-backward passes of these steps"),
      real("new_task_loss", "loss of the last task, in nats per target token"),
      real("value", "the outcome so far")),
  /** Recipes against the first one, where something is equal. */
  EQUAL_LOSS(
      "each recipe minus the first one at equal steps, passes and loss of the last task",
      text("outcome", "forgetting, forgetting of loss, or the drift of a set"),
      text("label", "the recipe without its defaults"),
      text("baseline", "the recipe with which it is compared"),
      text("at_equal", "steps, passes or loss"),
      whole("seeds", "how many"),
      whole("left_out", "seeds without points, or at which one does not reach the loss"),
      real("matched", "mean over seeds of the steps, passes or loss"),
      real("estimate", "mean difference"),
      real("low", "lower end of the 95 % t interval over seeds; null if the seeds carry none"),
      real("high", "its upper end"),
      real("d_z", "standardised difference"),
      real("p", "t test over seeds; exploratory"),
      real("p_holm", "after Holm among all recipes"),
      text("caveat", "what the seeds cannot carry; null with five or more")),
  /** Axes. */
  EFFECTS(
      "main effects and two-way interactions of the axes",
      text("outcome", "a metric, or the drift of a set"),
      text("effect", "the axis, or two joined by x"),
      text("contrast", "which levels"),
      text("verdict", "clear, none, open or untested in the primary family; else exploratory"),
      whole("combinations", "how many combinations of other axes it is the mean over"),
      whole("seeds", "how many"),
      real("estimate", "the contrast"),
      real("low", "lower end of its own 95 % interval; null if the seeds carry none"),
      real("high", "its upper end"),
      real("family_low", "lower end of the interval that covers together with its family"),
      real("family_high", "its upper end"),
      real("d_z", "standardised over seeds"),
      real("p", "two-sided"),
      real("p_holm", "after Holm in its family"),
      text("caveat", "what the seeds cannot carry; null with five or more")),
  /** Probes against later forgetting. */
  PROBE_ASSOCIATIONS(
      "each number of a probe before the next task, against the forgetting that followed",
      text("task", "the task after which the probe was taken"),
      text("next", "the task trained after it"),
      text("probe", "the probe and the name of its number"),
      whole("runs", "independent training runs in the table of recipes and seeds"),
      whole("recipes", "recipes of the first task in it"),
      whole("seeds", "seeds in it"),
      real("rank_correlation", "Spearman's; null if it is not defined"),
      real("partial", "the same given stage loss and distance moved"),
      real("low", "lower end of its 95 % interval; null with fewer than 20 runs"),
      real("high", "its upper end"),
      real("p", "whole recipes and whole seeds permuted; exploratory"),
      real("p_holm", "after Holm among all of these"),
      text("says", "what the runs say, or why they say nothing"),
      text("caveat", "what the runs cannot carry"));

  private final String doc;
  private final List<Column> columns;

  ResultTable(String doc, Column... columns) {
    this.doc = doc;
    this.columns = List.copyOf(Arrays.asList(columns));
  }

  /**
   * A column.
   *
   * @param name in SQL
   * @param type VARCHAR, BIGINT, DOUBLE or BOOLEAN
   * @param doc its content
   */
  public record Column(String name, String type, String doc) {}

  private static Column text(String name, String doc) {
    return new Column(name, "VARCHAR", doc);
  }

  private static Column whole(String name, String doc) {
    return new Column(name, "BIGINT", doc);
  }

  private static Column real(String name, String doc) {
    return new Column(name, "DOUBLE", doc);
  }

  private static Column flag(String name, String doc) {
    return new Column(name, "BOOLEAN", doc);
  }

  /** The meaning of a row. */
  public String doc() {
    return doc;
  }

  /** The columns in order. */
  public List<Column> columns() {
    return columns;
  }

  /** The name in SQL. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  String ddl() {
    return "CREATE TABLE "
        + this
        + " ("
        + String.join(", ", columns.stream().map(c -> c.name() + " " + c.type()).toList())
        + ")";
  }
}
