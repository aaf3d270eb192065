package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Parameters that are trained in full, in the words of PEFT: {@code bias} for biases alone, {@code
 * modules_to_save} for all parameters of a module.
 *
 * @param all the model's parameters
 * @param full those that are trained in full
 * @param adapted the kernels that are adapted
 */
record PeftModules(List<ParameterSpec> all, List<ParameterSpec> full, Set<String> adapted) {
  private static final String BIAS = ".bias";
  private static final String HEAD = "lm_head.weight";

  /**
   * The name of a parameter's tensor: an adapted module keeps its bias in its base layer, and
   * transformers 5 calls every head {@code lm_head}.
   */
  static String tensor(ParameterSpec p, Set<String> adapted) {
    if (p.role() == ParameterSpec.Role.HEAD) {
      return PeftTensors.PREFIX + HEAD;
    }
    String module = module(p);
    boolean inside = p.name().endsWith(BIAS) && adapted.contains(module + ".weight");
    return PeftTensors.PREFIX + (inside ? module + ".base_layer.bias" : p.name());
  }

  private static String module(ParameterSpec p) {
    return p.role() == ParameterSpec.Role.HEAD
        ? PeftTensors.module(HEAD)
        : p.name().substring(0, Math.max(0, p.name().lastIndexOf('.')));
  }

  /**
   * The keys of {@code adapter_config.json}.
   *
   * @throws PalimpsestException if PEFT has no words for them; names a parameter
   */
  Map<String, Object> config() {
    Map<String, Object> keys = new TreeMap<>();
    TreeSet<String> saved =
        full.stream()
            .filter(p -> !p.name().endsWith(BIAS))
            .map(PeftModules::module)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> chosen = full.stream().map(ParameterSpec::name).collect(Collectors.toSet());
    for (ParameterSpec p : all) {
      if (saved.contains(module(p)) && !chosen.contains(p.name())) {
        throw new PalimpsestException(
            "PEFT trains all parameters of '"
                + module(p)
                + "' in full, or none; '"
                + p.name()
                + "' does not match 'full'");
      }
    }
    if (!saved.isEmpty()) {
      keys.put("modules_to_save", List.copyOf(saved));
    }
    Set<String> alone = biases(full, saved);
    if (!alone.isEmpty()) {
      keys.put("bias", bias(alone, saved));
    }
    return keys;
  }

  private String bias(Set<String> alone, Set<String> saved) {
    if (alone.equals(biases(all, saved))) {
      return "all";
    }
    Set<String> ofAdapted =
        biases(all, saved).stream()
            .filter(b -> adapted.contains(b.substring(0, b.length() - BIAS.length()) + ".weight"))
            .collect(Collectors.toSet());
    if (alone.equals(ofAdapted)) {
      return "lora_only";
    }
    throw new PalimpsestException(
        "PEFT trains all biases, or those of the adapted kernels; 'full' matches others, such as '"
            + alone.iterator().next()
            + "'");
  }

  private static Set<String> biases(List<ParameterSpec> of, Set<String> saved) {
    return of.stream()
        .filter(p -> p.name().endsWith(BIAS) && !saved.contains(module(p)))
        .map(ParameterSpec::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
