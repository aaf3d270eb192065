package io.github.palimpsest.tck;

import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.List;

/**
 * {@code w <- w - lr g}: tried as the base of a wrapper in place of an optimizer that no plugin
 * here has. Its name says so in every message and in the certificate.
 *
 * @param name begins with {@link #IN_PLACE_OF}
 */
record PlainDescent(String name) implements OptimizerProvider {
  private static final String IN_PLACE_OF = "plain-descent-in-place-of-";

  private static final Setting<Schedule> LR =
      Setting.schedule("lr", 0.1, 0, Double.MAX_VALUE, "learning rate");

  /**
   * Stands in for an optimizer.
   *
   * @param name of the optimizer, or of its stand-in, which settings name when they are read again
   */
  static PlainDescent inPlaceOf(String name) {
    return new PlainDescent(name.startsWith(IN_PLACE_OF) ? name : IN_PLACE_OF + name);
  }

  /** The name of the optimizer that it stands in for. */
  String missing() {
    return name.substring(IN_PLACE_OF.length());
  }

  @Override
  public ComponentId id() {
    return new ComponentId(name);
  }

  @Override
  public String summary() {
    return "plain gradient descent";
  }

  @Override
  public String equation() {
    return "w <- w - lr g";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LR);
  }

  @Override
  public Traits traits(Settings settings) {
    return Traits.of(Onset.FIRST_TASK, Cost.passes(1), "Cauchy 1847");
  }

  @Override
  public Optimizer create(Settings settings) {
    Schedule lr = settings.get(LR);
    return c -> {
      var minus = c.tf().math.neg(c.scheduled(lr));
      return new Updates(c.oracle().gradient(c.params()).tensors().scale(c.tf(), minus));
    };
  }
}
