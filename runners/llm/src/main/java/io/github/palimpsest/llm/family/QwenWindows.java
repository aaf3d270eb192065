package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.ModelConfig;
import java.util.List;
import java.util.OptionalInt;

/** The windows of the families of Qwen: in the last layers, and only if they are switched on. */
final class QwenWindows {
  private static final String ON = "use_sliding_window";
  private static final String WINDOW = "sliding_window";
  private static final String FROM = "max_window_layers";
  private static final int USUAL_FROM = 28;
  private static final int USUAL_WINDOW = 4096;

  private QwenWindows() {}

  static List<AttentionSpec> read(ModelConfig config, UsualKeys keys, AttentionSpec attention) {
    OptionalInt window =
        config.flag(ON, false) ? keys.window(OptionalInt.of(USUAL_WINDOW)) : OptionalInt.empty();
    if (window.isEmpty()) {
      config.ignore(WINDOW, FROM);
      List<String> types = keys.types(layer -> UsualKeys.FULL);
      if (types.contains(UsualKeys.SLIDING)) {
        throw config.refusal(
            "layer_types", "'" + ON + "' is not true, or there is no '" + WINDOW + "'");
      }
      return UsualKeys.byType(types, attention, attention);
    }
    int from =
        config.has("layer_types")
            ? USUAL_FROM
            : config.integer(FROM, USUAL_FROM, UsualKeys.MAX_LAYERS);
    config.ignore(FROM);
    List<String> types = keys.types(layer -> layer >= from ? UsualKeys.SLIDING : UsualKeys.FULL);
    return UsualKeys.byType(types, attention, attention.window(window.getAsInt()));
  }

  static void write(DecoderSpec spec, ConfigWriter config) {
    List<String> types = UsualKeys.types(spec);
    int first = types.indexOf(UsualKeys.SLIDING);
    config.put(ON, first >= 0);
    if (first >= 0) {
      config
          .put(WINDOW, spec.attentionByLayer().get(first).window().getAsInt())
          .texts("layer_types", types);
    }
  }
}
