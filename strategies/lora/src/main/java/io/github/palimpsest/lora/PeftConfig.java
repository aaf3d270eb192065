package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.recipe.Value;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code adapter_config.json} of PEFT to recipe text and back. */
final class PeftConfig {
  /** Keys that say nothing about the function of a finished adapter. */
  private static final Set<String> IRRELEVANT =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "ensure_weight_tying",
          "eva_config",
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

  private static final Set<String> KNOWN =
      Set.of("r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "target_modules");

  /** Initialisations that leave the base as it was; others put a part of it into the adapter. */
  private static final Set<Object> PLAIN_STARTS = Set.of(true, false, "gaussian", "orthogonal");

  private PeftConfig() {}

  /**
   * The settings of {@code lora} or {@code dora} that mean a PEFT adapter.
   *
   * @param dora which of the two asks
   * @return empty if the other one is meant
   */
  static Optional<Value.Call> recipe(String id, boolean dora, SortedMap<String, Object> config) {
    if (!"LORA".equals(config.get("peft_type")) || flag(config, "use_dora") != dora) {
      return Optional.empty();
    }
    config.forEach(PeftConfig::requireSupported);
    TreeMap<String, Value> settings = new TreeMap<>();
    settings.put("rank", number(config, "r", 8));
    settings.put("alpha", number(config, "lora_alpha", 8));
    settings.put("dropout", number(config, "lora_dropout", 0));
    settings.put("rslora", new Value.Flag(flag(config, "use_rslora")));
    settings.put("target", new Value.Text(target(config.get("target_modules"))));
    return Optional.of(new Value.Call(id, settings));
  }

  private static void requireSupported(String key, Object value) {
    boolean supported =
        switch (key) {
          case "bias" -> value.equals("none");
          case "init_lora_weights" -> PLAIN_STARTS.contains(value);
          default ->
              IRRELEVANT.contains(key)
                  || KNOWN.contains(key)
                  || value.equals(false)
                  || value instanceof Collection<?> c && c.isEmpty()
                  || value instanceof Map<?, ?> m && m.isEmpty();
        };
    if (!supported) {
      throw new PalimpsestException(
          "adapter_config.json: '" + key + "' is " + value + ", which is not supported");
    }
  }

  private static boolean flag(SortedMap<String, Object> config, String key) {
    if (config.getOrDefault(key, false) instanceof Boolean flag) {
      return flag;
    }
    throw new PalimpsestException(
        "adapter_config.json: '" + key + "' is " + config.get(key) + "; it must be true or false");
  }

  private static Value number(SortedMap<String, Object> config, String key, int absent) {
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

  /** PEFT matches modules, by their last names or by a pattern; here kernels are matched. */
  private static String target(@Nullable Object modules) {
    if ("all-linear".equals(modules)) {
      return ".*";
    }
    if (modules instanceof String pattern) {
      return "(?:" + pattern + ")\\.weight";
    }
    if (modules instanceof Collection<?> names && !names.isEmpty()) {
      return "(?:.*\\.)?(?:"
          + names.stream()
              .map(n -> n.toString().replaceAll("[^A-Za-z0-9_]", "\\\\$0"))
              .sorted()
              .collect(Collectors.joining("|"))
          + ")\\.weight";
    }
    throw new PalimpsestException(
        "adapter_config.json: 'target_modules' is "
            + modules
            + "; it must be a pattern or a list of names");
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
    config.put("r", lowRank.rank());
    config.put("lora_alpha", shortest(lowRank.alpha()));
    config.put("lora_dropout", lowRank.dropout());
    config.put("use_rslora", lowRank.rslora());
    config.put("use_dora", dora);
    config.put("target_modules", List.copyOf(modules(adapted, base)));
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    config.put("init_lora_weights", true);
    return config;
  }

  private static Object shortest(double alpha) {
    return alpha == Math.rint(alpha) && alpha <= Integer.MAX_VALUE
        ? (Object) (int) alpha
        : (Object) alpha;
  }

  /** Last names where these say exactly what is adapted, else whole paths. */
  private static TreeSet<String> modules(Collection<String> adapted, List<ParameterSpec> base) {
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
