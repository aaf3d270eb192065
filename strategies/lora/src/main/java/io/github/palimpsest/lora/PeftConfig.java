package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.recipe.Value;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Converts PEFT's {@code adapter_config.json} to recipe text and back. */
final class PeftConfig {
  /** Keys that do not affect the function of a finished adapter. */
  private static final Set<String> IRRELEVANT =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "ensure_weight_tying",
          "eva_config",
          "fan_in_fan_out", // how the base stores kernels; A and B do not depend on it
          "inference_mode",
          "loftq_config",
          "lora_ga_config",
          "megatron_core",
          "peft_type",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config",
          "task_type");

  /** Keys of every adapter that are read. */
  private static final Set<String> KNOWN =
      Set.of(
          "r",
          "target_modules",
          "exclude_modules",
          "layers_to_transform",
          "layers_pattern",
          "modules_to_save",
          "bias");

  private static final Set<String> OF_LORA =
      Set.of(
          "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "rank_pattern", "alpha_pattern");

  private static final String INIT = "init_lora_weights";
  private static final String PISSA = "pissa";

  /** Initialisations that leave the base unchanged; others move a part of it into the adapter. */
  private static final Set<Object> PLAIN_STARTS =
      Set.of(true, false, "gaussian", "orthogonal", "eva");

  private PeftConfig() {}

  /**
   * The settings of {@code lora} or {@code dora} for a PEFT adapter.
   *
   * @param dora whether the caller is {@code dora}
   * @return empty if the adapter is of the other kind
   */
  static Optional<Value.Call> recipe(String id, boolean dora, SortedMap<String, Object> config) {
    if (!"LORA".equals(config.get("peft_type")) || flag(config, "use_dora") != dora) {
      return Optional.empty();
    }
    config.forEach((key, value) -> requireSupported(key, value, OF_LORA));
    TreeMap<String, Value> settings = new TreeMap<>();
    settings.put("rank", number(config, "r", 8));
    settings.put("alpha", number(config, "lora_alpha", 8));
    settings.put("dropout", number(config, "lora_dropout", 0));
    settings.put("rslora", new Value.Flag(flag(config, "use_rslora")));
    PeftTargets targets = new PeftTargets(config);
    settings.put("target", new Value.Text(targets.kernels()));
    settings.put("full", new Value.Text(targets.full()));
    settings.put("rank-pattern", new Value.Text(pattern(config, "rank_pattern")));
    settings.put("alpha-pattern", new Value.Text(pattern(config, "alpha_pattern")));
    if (PISSA.equals(config.get(INIT))) {
      settings.put("init", Value.Call.word(PISSA));
    }
    return Optional.of(new Value.Call(id, settings));
  }

  /**
   * Refuses a key that is neither read nor without effect.
   *
   * @param own keys that the adapter's type reads
   */
  static void requireSupported(String key, Object value, Set<String> own) {
    boolean supported =
        switch (key) {
          case INIT -> PLAIN_STARTS.contains(value) || value.equals(PISSA);
          default ->
              IRRELEVANT.contains(key)
                  || KNOWN.contains(key)
                  || own.contains(key)
                  || value.equals(false)
                  || value instanceof Collection<?> c && c.isEmpty()
                  || value instanceof Map<?, ?> m && m.isEmpty();
        };
    if (!supported) {
      throw new PalimpsestException(
          "adapter_config.json: '" + key + "' is " + value + ", which is not supported");
    }
  }

  static boolean flag(SortedMap<String, Object> config, String key) {
    if (config.getOrDefault(key, false) instanceof Boolean flag) {
      return flag;
    }
    throw new PalimpsestException(
        "adapter_config.json: '" + key + "' is " + config.get(key) + "; it must be true or false");
  }

  static Value number(SortedMap<String, Object> config, String key, int absent) {
    if (config.getOrDefault(key, absent) instanceof Number n && Float.isFinite(n.floatValue())) {
      return new Value.Num(n.doubleValue());
    }
    throw new PalimpsestException(
        "adapter_config.json: '"
            + key
            + "' is "
            + config.get(key)
            + "; it must be a number below 2^128");
  }

  private static String pattern(SortedMap<String, Object> config, String key) {
    Object value = config.getOrDefault(key, Map.of());
    Map<String, Number> numbers = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> entries) {
      entries.forEach(
          (pattern, number) -> {
            if (number instanceof Number n && pattern.toString().matches("\\S+")) {
              numbers.put(pattern.toString(), n);
            }
          });
      if (numbers.size() == entries.size()) {
        return PerModule.text(numbers);
      }
    }
    throw new PalimpsestException(
        "adapter_config.json: '"
            + key
            + "' is "
            + value
            + "; it must have a number for each pattern, and patterns without spaces");
  }

  /**
   * The configuration of an adapter.
   *
   * @param adapted the kernels that it adapts
   * @param base all parameters of the model
   */
  static SortedMap<String, Object> of(
      LowRank lowRank, boolean dora, Collection<String> adapted, List<ParameterSpec> base) {
    TreeMap<String, Object> config = new TreeMap<>();
    config.put("peft_type", "LORA");
    config.put("task_type", "CAUSAL_LM");
    config.put("inference_mode", true);
    config.put("r", PerModule.shortest(lowRank.ranks().usual()));
    config.put("lora_alpha", PerModule.shortest(lowRank.alphas().usual()));
    config.put("rank_pattern", lowRank.ranks().byPattern());
    config.put("alpha_pattern", lowRank.alphas().byPattern());
    config.put("lora_dropout", lowRank.dropout());
    config.put("use_rslora", lowRank.rslora());
    config.put("use_dora", dora);
    config.put("target_modules", List.copyOf(modules(adapted, base)));
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    config.put("init_lora_weights", true);
    return config;
  }

  /** Last names if these select exactly the adapted kernels, otherwise whole paths. */
  static TreeSet<String> modules(Collection<String> adapted, List<ParameterSpec> base) {
    TreeSet<String> last = new TreeSet<>();
    TreeSet<String> whole = new TreeSet<>();
    for (String kernel : adapted) {
      String module = PeftTensors.module(kernel);
      whole.add(module);
      last.add(lastName(module));
    }
    boolean exact =
        base.stream()
            .map(ParameterSpec::name)
            .filter(name -> !adapted.contains(name))
            .noneMatch(name -> last.contains(lastName(PeftTensors.module(name))));
    return exact ? last : whole;
  }

  private static String lastName(String module) {
    return module.substring(module.lastIndexOf('.') + 1);
  }
}
