package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The modules that a PEFT configuration chooses, as patterns of parameter names. PEFT matches the
 * names of modules: by a pattern, or by their last parts.
 */
final class PeftTargets {
  private static final String MODULES = "target_modules";
  private static final String EXCLUDED = "exclude_modules";
  private static final String SAVED = "modules_to_save";
  private static final String LAYERS = "layers_to_transform";
  private static final String LAYERS_IN = "layers_pattern";
  private static final String BIAS = "bias";

  private final SortedMap<String, Object> config;

  PeftTargets(SortedMap<String, Object> config) {
    this.config = config;
  }

  /** The adapted kernels. */
  String kernels() {
    return adapted() + "\\.weight";
  }

  /** The parameters that are trained in full; empty for none. */
  String full() {
    List<String> parts = new ArrayList<>();
    List<String> saved = names(SAVED);
    if (!saved.isEmpty()) {
      List<String> ends = new ArrayList<>(saved);
      if (saved.contains("lm_head")) {
        ends.add("embed_out"); // the head of GPT-NeoX in a checkpoint
      }
      parts.add(".*(?:" + alternatives(ends) + ")\\..*");
    }
    Object bias = config.getOrDefault(BIAS, "none");
    if (bias.equals("all")) {
      parts.add(".*\\.bias");
    } else if (bias.equals("lora_only")) {
      parts.add(adapted() + "\\.bias");
    } else if (!bias.equals("none")) {
      throw refused(BIAS, "it must be \"none\", \"all\" or \"lora_only\"");
    }
    return parts.size() == 1
        ? parts.get(0)
        : parts.stream().map(p -> "(?:" + p + ")").collect(Collectors.joining("|"));
  }

  /** The names of adapted modules. */
  private String adapted() {
    return excluded() + saved() + layers() + modules();
  }

  private String modules() {
    Object modules = config.get(MODULES);
    if ("all-linear".equals(modules)) {
      return ".*";
    }
    if (modules instanceof String pattern && !pattern.isEmpty()) {
      return "(?:" + pattern + ")";
    }
    if (modules instanceof Collection<?> names && !names.isEmpty()) {
      return "(?:.*\\.)?(?:" + alternatives(names(MODULES)) + ")";
    }
    throw refused(MODULES, "it must be a pattern or a list of names");
  }

  /** PEFT asks this before anything else. */
  private String excluded() {
    if (config.get(EXCLUDED) instanceof String pattern) {
      return pattern.isEmpty() ? "" : "(?!(?:" + pattern + ")\\.[^.]*$)";
    }
    List<String> names = names(EXCLUDED);
    return names.isEmpty() ? "" : "(?!(?:.*\\.)?(?:" + alternatives(names) + ")\\.[^.]*$)";
  }

  /** Modules inside those that are trained in full are not adapted. */
  private String saved() {
    List<String> names = names(SAVED);
    return names.isEmpty() ? "" : "(?!(?:.*\\.)?(?:" + alternatives(names) + ")\\.)";
  }

  /** The first number in a module's name is that of its layer. */
  private String layers() {
    Object layers = config.get(LAYERS);
    List<?> numbers =
        layers instanceof Integer one ? List.of(one) : layers instanceof List<?> l ? l : List.of();
    boolean none = layers == null || layers instanceof List<?> l && l.isEmpty();
    if (none) {
      return "";
    }
    if (numbers.isEmpty() || !numbers.stream().allMatch(n -> n instanceof Integer i && i >= 0)) {
      throw refused(LAYERS, "it must be a list of layers from 0");
    }
    if (!(config.get(MODULES) instanceof Collection<?>)) {
      throw refused(LAYERS, "it needs a list of '" + MODULES + "'");
    }
    List<String> in =
        config.get(LAYERS_IN) instanceof String one && !one.isEmpty()
            ? List.of(one)
            : names(LAYERS_IN);
    String before =
        in.isEmpty() ? ".*?\\.[^.]*\\." : "(?:.*?\\.)?(?:" + String.join("|", in) + ")\\.";
    String chosen = numbers.stream().map(Object::toString).collect(Collectors.joining("|"));
    return "(?=(?>" + before + "\\d+\\.)(?<=\\.(?:" + chosen + ")\\.))";
  }

  private List<String> names(String key) {
    Object value = config.get(key);
    if (value == null || value instanceof String s && s.isEmpty()) {
      return List.of();
    }
    if (value instanceof Collection<?> names && names.stream().allMatch(n -> n instanceof String)) {
      return names.stream().map(Object::toString).sorted().toList();
    }
    throw refused(key, "it must be a list of names");
  }

  private static String alternatives(List<String> names) {
    return names.stream()
        .map(n -> n.replaceAll("[^A-Za-z0-9_]", "\\\\$0"))
        .collect(Collectors.joining("|"));
  }

  private PalimpsestException refused(String key, String must) {
    @Nullable Object value = config.get(key);
    return new PalimpsestException("adapter_config.json: '" + key + "' is " + value + "; " + must);
  }
}
