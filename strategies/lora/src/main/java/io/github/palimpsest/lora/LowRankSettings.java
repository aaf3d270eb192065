package io.github.palimpsest.lora;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import java.util.List;
import java.util.regex.Pattern;

/** The settings that all low-rank adapters share. */
final class LowRankSettings {
  private static final int MOST_RANK = 65536;

  static final Setting<Integer> RANK =
      Setting.integer("rank", 8, 1, MOST_RANK, "r, the inner size of A [in, r] and B [r, out]");
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 16, 0, Double.MAX_VALUE, "numerator of the scale s = alpha / r");
  static final Setting<Boolean> RSLORA =
      Setting.flag("rslora", false, "scale by alpha / sqrt(r) instead of alpha / r");

  /** The kernels that PEFT adapts in Llama models by default. */
  static final Setting<Pattern> TARGET =
      Setting.pattern(
          "target",
          ".*\\.(q_proj|v_proj)\\.weight",
          "kernels whose whole name matches are adapted; tables and vectors never are");

  static final Setting<Boolean> MERGE_AFTER_TASK =
      Setting.flag(
          "merge-after-task",
          false,
          "true: after each task the adapter is merged and a fresh one is started");

  static final Setting<Start> INIT =
      Setting.choice(
          "init",
          Start.class,
          Start.DEFAULT,
          "A and B at the start: A random and B 0, each half random, or the largest (pissa) or"
              + " smallest (milora) singular triples of W, or its part on the directions that the corpus uses least"
              + " (null-space), which is then subtracted from W");
  static final Setting<Integer> CORPUS_EXAMPLES =
      Setting.integer(
          "corpus-examples",
          256,
          1,
          Integer.MAX_VALUE,
          "number of corpus examples that sample the inputs of kernels, for init=null-space");
  static final Setting<Double> DROPOUT =
      Setting.real(
          "dropout",
          0,
          0,
          Math.nextDown(1.0),
          "probability that an input of A is dropped while training");

  static final Setting<String> RANK_PATTERN =
      Setting.text(
          "rank-pattern",
          "",
          "other ranks, such as \"q_proj=4 layers.0.mlp.up_proj=2\": the first pattern that matches a"
              + " module's name, or its end from a dot on, counts");
  static final Setting<String> ALPHA_PATTERN =
      Setting.text("alpha-pattern", "", "other alphas, as in rank-pattern");
  static final Setting<Pattern> FULL =
      Setting.pattern(
          "full",
          "",
          "parameters whose whole name matches are trained in full, next to the adapter");

  static final List<Setting<?>> ALL =
      List.of(
          RANK,
          ALPHA,
          RANK_PATTERN,
          ALPHA_PATTERN,
          RSLORA,
          TARGET,
          FULL,
          INIT,
          CORPUS_EXAMPLES,
          DROPOUT,
          MERGE_AFTER_TASK);

  /** Regularizers whose anchor lies in the space of the adapter. */
  private static final String[] ANCHORED = {"ewc", "kl", "l2-sp", "mas", "si"};

  private LowRankSettings() {}

  static LowRank lowRank(Settings settings) {
    return new LowRank(
        PerModule.parse(
            RANK_PATTERN.key(), settings.get(RANK), settings.get(RANK_PATTERN), 1, MOST_RANK, true),
        PerModule.parse(
            ALPHA_PATTERN.key(),
            settings.get(ALPHA),
            settings.get(ALPHA_PATTERN),
            0,
            Double.MAX_VALUE,
            false),
        settings.get(RSLORA),
        settings.get(TARGET),
        settings.get(INIT),
        settings.get(CORPUS_EXAMPLES),
        settings.get(DROPOUT));
  }

  /**
   * Merging an adapter removes the parameters to which an anchor refers; an adapter that is kept
   * would be pushed away from itself by {@link OrthogonalLora}.
   */
  static Traits traits(Settings settings, String... references) {
    return traits(settings.get(MERGE_AFTER_TASK), references);
  }

  /** Traits of an adapter that is merged after each task, or not. */
  static Traits traits(boolean merges, String... references) {
    String[] conflicts = merges ? ANCHORED : new String[] {"o-lora"};
    return Traits.of(Onset.FIRST_TASK, Cost.NONE, references).conflictingWith(conflicts);
  }
}
