package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;

/** Plain gradient descent, for the trials of components other than optimizers. */
final class PlainSteps {
  private PlainSteps() {}

  static Optimizer of(double rate) {
    return c ->
        new Updates(
            c.oracle()
                .gradient(c.params())
                .tensors()
                .scale(c.tf(), c.tf().constant((float) -rate)));
  }
}
