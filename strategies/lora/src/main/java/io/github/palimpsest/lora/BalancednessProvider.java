package io.github.palimpsest.lora;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.RegularizerProvider;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.Set;

/** Provides {@link Balancedness}. */
final class BalancednessProvider implements RegularizerProvider {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.01, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");
  static final Setting<Balancedness.Form> FORM =
      Setting.choice(
          "form",
          Balancedness.Form.class,
          Balancedness.Form.ABSOLUTE,
          "absolute: the size of the difference; square: half of its square");

  @Override
  public ComponentId id() {
    return new ComponentId("balancedness");
  }

  @Override
  public String summary() {
    return "Keeps LoRA's factors equally large: what SAM does to them, at the cost of one pass";
  }

  @Override
  public String equation() {
    return "lambda * sum over kernels of | |A|^2 - |B|^2 |; square: lambda/2 * sum (|A|^2 - |B|^2)^2";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LAMBDA, FORM);
  }

  @Override
  public Traits traits(Settings settings) {
    return new Traits(
        Onset.FIRST_TASK,
        Set.of(new ComponentId("lora")),
        Set.of(),
        Cost.NONE,
        List.of(
            "Li, Zhang and He 2024, Implicit regularization of sharpness-aware minimization for"
                + " scale-invariant problems (arXiv:2410.14802)"));
  }

  /** It pulls to a balance, not to earlier weights. */
  @Override
  public Set<Promise> promises(Settings settings) {
    return Promise.usualWithout(
        Kind.REGULARIZER, Promise.ZERO_AT_ANCHOR, Promise.HALF_SQUARE, Promise.COUNTS_ALL_TASKS);
  }

  @Override
  public Regularizer create(Settings settings) {
    return new Balancedness(settings.get(LAMBDA), settings.get(FORM));
  }
}
