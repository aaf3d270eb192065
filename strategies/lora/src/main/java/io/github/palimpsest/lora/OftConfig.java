package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.recipe.Value;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The {@code adapter_config.json} of PEFT for {@link Oft}. */
final class OftConfig {
  private static final String BLOCK = "oft_block_size";
  private static final String SERIES = "use_cayley_neumann";
  private static final String TERMS = "num_cayley_neumann_terms";
  private static final String VERSION = "peft_version";

  /** The first version whose series is this one. */
  private static final String SINCE = "0.18.0";

  private static final int FIVE = 5;

  /** Keys that are read here, or without effect because others are off. */
  private static final Set<String> OF_OFT =
      Set.of(BLOCK, SERIES, TERMS, "eps", "init_weights", "module_dropout");

  private OftConfig() {}

  /** PEFT's name of the entries of Q of a kernel. */
  static String tensor(String kernel) {
    return PeftTensors.PREFIX + PeftTensors.module(kernel) + ".oft_R.weight";
  }

  /**
   * The settings of {@code oft} for a PEFT adapter.
   *
   * @return empty if the adapter is of another kind
   */
  static Optional<Value.Call> recipe(SortedMap<String, Object> config) {
    if (!"OFT".equals(config.get("peft_type"))) {
      return Optional.empty();
    }
    config.forEach((key, value) -> PeftConfig.requireSupported(key, value, OF_OFT));
    require(config, "r", 0, "set oft_block_size instead");
    require(config, "module_dropout", 0, "it must be 0");
    boolean series = PeftConfig.flag(config, SERIES);
    if (series) {
      require(config, TERMS, FIVE, "it must be 5");
      if (before18(config.get(VERSION))) {
        throw new PalimpsestException(
            "adapter_config.json: '"
                + VERSION
                + "' is "
                + config.get(VERSION)
                + ", and an adapter with '"
                + SERIES
                + "' must be of "
                + SINCE
                + " or later: the series was another one before");
      }
    }
    PeftTargets targets = new PeftTargets(config);
    TreeMap<String, Value> settings = new TreeMap<>();
    settings.put("target", new Value.Text(targets.kernels()));
    settings.put("full", new Value.Text(targets.full()));
    settings.put("block", PeftConfig.number(config, BLOCK, 32));
    settings.put("form", Value.Call.word(series ? "neumann" : "exact"));
    return Optional.of(new Value.Call("oft", settings));
  }

  private static void require(
      SortedMap<String, Object> config, String key, int value, String must) {
    Object found = config.getOrDefault(key, value);
    if (!(found instanceof Number n && n.doubleValue() == value)) {
      throw new PalimpsestException("adapter_config.json: '" + key + "' is " + found + "; " + must);
    }
  }

  private static boolean before18(Object version) {
    if (!(version instanceof String text) || !text.matches("\\d+\\.\\d+.*")) {
      return true;
    }
    String[] parts = text.split("\\D+");
    return Integer.parseInt(parts[0]) == 0 && Integer.parseInt(parts[1]) < 18;
  }

  /**
   * The configuration of an adapter.
   *
   * @param adapted the kernels that it adapts
   * @param base all parameters of the model
   */
  static SortedMap<String, Object> of(
      Oft oft, Collection<String> adapted, List<ParameterSpec> base) {
    TreeMap<String, Object> config = new TreeMap<>();
    config.put("peft_type", "OFT");
    config.put("task_type", "CAUSAL_LM");
    config.put("inference_mode", true);
    config.put(VERSION, SINCE);
    config.put("r", 0);
    config.put(BLOCK, oft.block());
    config.put("module_dropout", 0);
    config.put("coft", false);
    config.put("block_share", false);
    config.put(SERIES, oft.form() == Rotation.NEUMANN);
    config.put(TERMS, FIVE);
    config.put("target_modules", List.copyOf(PeftConfig.modules(adapted, base)));
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    config.put("init_weights", true);
    return config;
  }
}
