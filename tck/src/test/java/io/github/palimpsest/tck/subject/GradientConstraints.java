package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;

/** A constraint of gradients, for a regularizer that has none. */
public interface GradientConstraints {
  /** What an optimizer receives in place of a gradient. */
  Tensors of(RegularizerSite site, Tensors g);

  /** The regularizer with this constraint. */
  default Regularizer with(Regularizer good) {
    return site ->
        new AlteredRegularizer(good.bind(site)) {
          @Override
          public Gradients constrained(Gradients g) {
            return new Gradients(of(site, g.tensors()));
          }
        };
  }

  /** The gradient times a factor. */
  static Tensors scaled(RegularizerSite site, Tensors g, double factor) {
    return g.scale(site.tf(), site.tf().constant((float) factor));
  }

  /** A constraint from the second task on. */
  static GradientConstraints later(GradientConstraints then) {
    return (site, g) -> site.finishedTasks() == 0 ? g : then.of(site, g);
  }
}
