package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Pseudo-rehearsal: what is kept of a finished task are samples of the model itself, and none of
 * the task's own targets.
 *
 * <pre>
 *   for each kept example, target by target:  y_t ~ softmax(z(x, y_1..y_(t-1)) / T)
 * </pre>
 *
 * <p>Robins 1995 for networks that label random inputs themselves; Huang et al. 2024,
 * arXiv:2403.01244 (SSR), for language models. Their input comes from the model too; here it is
 * what a kept example does not predict: nothing but its first token for a text, the question for an
 * instruction. The samples are made once, by the model as it is at the end of the example's task,
 * at one forward pass over the kept examples for each target.
 *
 * @param temperature T, above 0
 */
record SelfSynthesis(double temperature) implements Replay.Use {
  private static final Setting<Double> RATIO = RehearsalSettings.ratio(0.05);
  private static final Setting<Double> TEMPERATURE =
      Setting.real("temperature", 1, 1e-3, 1e3, "divides the logits that samples are drawn from");

  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              "pseudo-replay",
              "Pseudo-rehearsal: adds samples of the model itself, made at the end of each task",
              "as replay, with y_t ~ softmax(z(x, y_1..y_(t-1)) / T) for the targets of what is kept")
          .settings(
              RATIO,
              TEMPERATURE,
              RehearsalSettings.CAPACITY,
              RehearsalSettings.BUDGET,
              RehearsalSettings.POLICY,
              RehearsalSettings.PLACE)
          .traits(
              s ->
                  RehearsalSettings.traits(
                      s.get(RATIO),
                      "Robins 1995, Catastrophic forgetting, rehearsal and pseudorehearsal",
                      "Huang et al. 2024, Mitigating catastrophic forgetting in large language models with"
                          + " self-synthesized rehearsal, arXiv:2403.01244"))
          .creates(
              s ->
                  new Replay(
                      new Mixing(s.get(RATIO), s.get(RehearsalSettings.PLACE)),
                      RehearsalSettings.memory(s, RehearsalSettings.POLICY),
                      new SelfSynthesis(s.get(TEMPERATURE))));

  @Override
  public List<Example> kept(List<Example> examples, FinishedModel model, RandomGenerator rng) {
    return model.relabelled(examples, temperature, rng);
  }
}
