package io.github.palimpsest.optimizers;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Optimizers from recipe text, and recipe text from the hyper-parameters of a golden file. */
final class Recipes {
  static final PluginRegistry REGISTRY = Plugins.onClassPath();

  /** Names in the files, and the names of the same things in recipes. */
  private static final Map<String, String> IDS =
      Map.ofEntries(
          Map.entry("SGD", "sgd"),
          Map.entry("Adam", "adam"),
          Map.entry("AdamW", "adamw(decay=all)"),
          Map.entry("Adagrad", "adagrad"),
          Map.entry("RMSprop", "rmsprop"),
          Map.entry("Lion", "lion(decay=all)"),
          Map.entry("SAM", "sam"),
          Map.entry("asam_eta", "asam(scale=paper)"),
          Map.entry("GSAM", "gsam"),
          Map.entry("WSAM", "wsam"),
          Map.entry("FriendlySAM", "friendly-sam(average=package)"),
          Map.entry("fsam_paper", "friendly-sam(average=paper)"),
          Map.entry("LookSAM", "looksam(direction=tensor)"),
          Map.entry("looksam_global", "looksam(direction=global)"));

  private static final Map<String, String> KEYS =
      Map.of("lmbda", "lambda", "initial_accumulator_value", "initial-accumulator");

  private Recipes() {}

  static Optimizer optimizer(String recipe) {
    return REGISTRY.recipe(recipe).optimizer().create();
  }

  static double passes(String recipe) {
    return REGISTRY.recipe(recipe).optimizer().traits().cost().passesPerStep();
  }

  /** The floats of state for each parameter of the declared cost. */
  static double slots(String recipe) {
    return REGISTRY.recipe(recipe).optimizer().traits().cost().slotsPerParameter();
  }

  /** The same and slots of declared shapes, for some trained parameters. */
  static double slots(String recipe, List<ParameterSpec> trained) {
    Component<Optimizer> optimizer = REGISTRY.recipe(recipe).optimizer();
    double floats = trained.stream().mapToLong(p -> p.shape().size()).sum();
    return optimizer.traits().cost().slotsPerParameter() + Slot.floats(optimizer, trained) / floats;
  }

  /** The recipe of a golden file. */
  static String of(JsonNode hyper) {
    String name = hyper.path("method").asText(hyper.path("optimizer").asText());
    String id = hyper.path("adaptive").asBoolean() ? "asam(scale=elementwise)" : IDS.get(name);
    if (id == null) {
      throw new AssertionError("golden method '" + name + "' has no recipe here");
    }
    String bare = id.replaceAll("\\(.*", "");
    StringJoiner arguments = new StringJoiner(", ", bare + "(", ")");
    if (id.contains("(")) {
      arguments.add(id.substring(bare.length() + 1, id.length() - 1));
    }
    hyper
        .properties()
        .forEach(
            e -> {
              JsonNode v = e.getValue();
              switch (e.getKey()) {
                case "method", "optimizer", "adaptive", "base_hyper" -> {}
                case "betas" -> {
                  arguments.add("beta1=" + v.get(0));
                  arguments.add("beta2=" + v.get(1));
                }
                case "base" -> arguments.add("base=" + base(v.asText(), hyper.get("base_hyper")));
                default ->
                    arguments.add(
                        KEYS.getOrDefault(e.getKey(), e.getKey().replace('_', '-'))
                            + "="
                            + v.asText());
              }
            });
    return arguments.toString();
  }

  private static String base(String name, JsonNode hyper) {
    var withName = ((com.fasterxml.jackson.databind.node.ObjectNode) hyper.deepCopy());
    return of(withName.put("optimizer", name));
  }
}
