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

/** Provides {@link OrthogonalLora}. */
final class OrthogonalLoraProvider implements RegularizerProvider {
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.5, 0, Double.MAX_VALUE, "strength of the penalty; 0 turns it off");

  @Override
  public ComponentId id() {
    return new ComponentId("o-lora");
  }

  @Override
  public String summary() {
    return "Orthogonal LoRA: each task's adapter keeps away from the directions of earlier ones";
  }

  @Override
  public String equation() {
    return "lambda * sum over earlier tasks t of |A_t^T A|_1; needs lora(merge-after-task=true)";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(LAMBDA);
  }

  /** A copy of A for each task: at most half of the adapter's size. */
  @Override
  public Traits traits(Settings settings) {
    return new Traits(
        Onset.LATER_TASKS,
        Set.of(new ComponentId("lora")),
        Set.of(),
        settings.get(LAMBDA) == 0 ? Cost.NONE : new Cost(0, 0, 1),
        List.of(
            "Wang et al. 2023, Orthogonal subspace learning for language model continual learning,"
                + " arXiv:2310.14152"));
  }

  /** It pushes away from earlier tasks, and pulls to none. */
  @Override
  public Set<Promise> promises(Settings settings) {
    return Promise.usualWithout(Kind.REGULARIZER, Promise.ZERO_AT_ANCHOR);
  }

  @Override
  public Regularizer create(Settings settings) {
    return new OrthogonalLora(settings.get(LAMBDA));
  }
}
