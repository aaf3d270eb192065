package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;

/** Plain gradient descent, for the trials of components other than optimizers. */
public final class PlainSteps {
  private PlainSteps() {}

  /** Descent with a learning rate. */
  public static Optimizer of(double rate) {
    return c ->
        new Updates(
            c.oracle()
                .gradient(c.params())
                .tensors()
                .scale(c.tf(), c.tf().constant((float) -rate)));
  }
}
