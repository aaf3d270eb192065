package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.ModelConfig;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** Windows that have no effect unless a key switches them on, as in Qwen and SmolLM3. */
final class SwitchedWindows {
  private static final String ON = "use_sliding_window";
  private static final String WINDOW = "sliding_window";
  private static final String FROM = "max_window_layers";
  private static final int USUAL_FROM = 28;
  private static final int USUAL_WINDOW = 4096;

  private SwitchedWindows() {}

  /** The attention of Qwen's layers: the last ones have the window. */
  static List<AttentionSpec> last(ModelConfig config, UsualKeys keys, AttentionSpec attention) {
    OptionalInt window = window(config, keys, OptionalInt.of(USUAL_WINDOW));
    int from =
        window.isEmpty() || config.has("layer_types")
            ? USUAL_FROM
            : config.integer(FROM, USUAL_FROM, UsualKeys.MAX_LAYERS);
    config.ignore(FROM);
    List<String> types =
        types(
            config,
            keys,
            window,
            layer -> window.isPresent() && layer >= from ? UsualKeys.SLIDING : UsualKeys.FULL);
    return UsualKeys.byType(types, attention, UsualKeys.windowed(attention, window));
  }

  /**
   * The window, if it is switched on.
   *
   * @param absent if it is, and no key has its size
   */
  static OptionalInt window(ModelConfig config, UsualKeys keys, OptionalInt absent) {
    OptionalInt window = config.flag(ON, false) ? keys.window(absent) : OptionalInt.empty();
    if (window.isEmpty()) {
      config.ignore(WINDOW);
    }
    return window;
  }

  /** The types of the layers, of which none may have a window that is not switched on. */
  static List<String> types(
      ModelConfig config, UsualKeys keys, OptionalInt window, IntFunction<String> usual) {
    List<String> types = keys.types(usual);
    if (window.isEmpty() && types.contains(UsualKeys.SLIDING)) {
      throw config.refusal(
          "layer_types", "'" + ON + "' is not true, or there is no '" + WINDOW + "'");
    }
    return types;
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
