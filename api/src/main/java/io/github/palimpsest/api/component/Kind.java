package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;

/** The kinds of component, in the order of their positions in a recipe. */
@Stable(since = "0.1")
public enum Kind {
  /** Turns gradients into updates; exactly one in a recipe. */
  OPTIMIZER("optimizer"),
  /** Gives the model other weights than those of the base; at most one. */
  ADAPTER("adapter"),
  /** Adds a loss term with a memory; any number, in any order. */
  REGULARIZER("regularizer"),
  /** Mixes examples of finished tasks into the batches; at most one. */
  REHEARSAL("rehearsal"),
  /** Rewrites the weights after a task; any number, applied in the order written. */
  MERGER("merger"),
  /** Condenses a score matrix into one number; named in the experiment, not in a recipe. */
  METRIC("metric"),
  /** Measures trained weights; named in the experiment, not in a recipe. */
  PROBE("probe"),
  /** Reads and writes the models of one {@code model_type}; chosen by the model, not by name. */
  FAMILY("family"),
  /** Reads the records of data files; named in a data set, not in a recipe. */
  FORMAT("format"),
  /** Scores an evaluation set from a model's answers; named in the experiment, not in a recipe. */
  MEASURE("measure"),
  /** Shows a grid while it runs; named in the experiment or on the command line. */
  TRACKER("tracker");

  private final String label;

  Kind(String label) {
    this.label = label;
  }

  /** The word for this kind in listings and messages. */
  public String label() {
    return label;
  }
}
