package io.github.palimpsest.llm.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Checks that two folders hold models of one function and one vocabulary. */
public final class FoldersAlike {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String PIECES = "tokenizer.model";
  private static final int MOST_BYTES = 256 << 20;

  private FoldersAlike() {}

  /**
   * Checks a model against the base: names and shapes of tensors, then the other sizes and
   * constants of the model, then the tokenizer if both have one.
   *
   * @param registry has the families
   * @throws PalimpsestException if they differ; names both folders and the first difference
   */
  public static void require(
      HuggingFaceDirectory base, HuggingFaceDirectory model, PluginRegistry registry) {
    String cannot = "%s cannot be merged into %s: ".formatted(model.folder(), base.folder());
    Map<String, ParameterSpec> ofBase = byName(base.model().parameters());
    Map<String, ParameterSpec> ofModel = byName(model.model().parameters());
    ofBase.forEach(
        (name, p) -> {
          ParameterSpec other = ofModel.get(name);
          if (other == null) {
            throw new PalimpsestException(
                cannot
                    + "it has no tensor '"
                    + name
                    + "'"
                    + NearestName.hint(name, ofModel.keySet()));
          }
          if (!other.shape().equals(p.shape())) {
            throw new PalimpsestException(
                cannot
                    + "tensor '%s' has shape %s, and in the base %s"
                        .formatted(name, other.shape(), p.shape()));
          }
        });
    ofModel.keySet().stream()
        .filter(name -> !ofBase.containsKey(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new PalimpsestException(cannot + "the base has no tensor '" + name + "'");
            });
    if (!base.model().spec().equals(model.model().spec())) {
      throw new PalimpsestException(
          cannot + "their config.json differ in " + difference(base, model, registry));
    }
    requireTokenizer(cannot, base.folder(), model.folder());
  }

  private static Map<String, ParameterSpec> byName(List<ParameterSpec> parameters) {
    return parameters.stream()
        .collect(Collectors.toMap(ParameterSpec::name, p -> p, (a, b) -> a, TreeMap::new));
  }

  /** The first key that the family writes differently. */
  private static String difference(
      HuggingFaceDirectory base, HuggingFaceDirectory model, PluginRegistry registry) {
    ObjectNode ofBase = written(base, registry);
    ObjectNode ofModel = written(model, registry);
    Set<String> keys = new TreeSet<>();
    ofBase.fieldNames().forEachRemaining(keys::add);
    ofModel.fieldNames().forEachRemaining(keys::add);
    return keys.stream()
        .filter(k -> !ofBase.path(k).equals(ofModel.path(k)))
        .findFirst()
        .map(k -> "'%s': %s, and in the base %s".formatted(k, ofModel.path(k), ofBase.path(k)))
        .orElse("a constant of the function");
  }

  private static ObjectNode written(HuggingFaceDirectory model, PluginRegistry registry) {
    return FamilyConfig.of(HuggingFaceDirectory.family(model.folder(), registry))
        .write(model.model().spec());
  }

  private static void requireTokenizer(String cannot, Path base, Path model) {
    try {
      if (Files.exists(base.resolve(TOKENIZER)) && Files.exists(model.resolve(TOKENIZER))) {
        List<String> path = new ArrayList<>();
        if (differs(json(base.resolve(TOKENIZER)), json(model.resolve(TOKENIZER)), path)) {
          throw new PalimpsestException(
              cannot + TOKENIZER + " differs at '" + String.join(".", path) + "'");
        }
      } else if (Files.exists(base.resolve(PIECES))
          && Files.exists(model.resolve(PIECES))
          && !Arrays.equals(
              Files.readAllBytes(base.resolve(PIECES)),
              Files.readAllBytes(model.resolve(PIECES)))) {
        throw new PalimpsestException(cannot + PIECES + " differs");
      }
    } catch (IOException e) {
      throw new PalimpsestException(cannot + "a tokenizer cannot be read: " + IoReason.of(e), e);
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return StrictJson.parse(file + ": ", StrictJson.bytes(file, MOST_BYTES));
  }

  /** Whether two trees differ; the keys that lead to the first difference go into {@code path}. */
  private static boolean differs(JsonNode a, JsonNode b, List<String> path) {
    if (!a.isObject() || !b.isObject()) {
      return !a.equals(b);
    }
    Set<String> keys = new TreeSet<>();
    a.fieldNames().forEachRemaining(keys::add);
    b.fieldNames().forEachRemaining(keys::add);
    // how a batch is padded or cut is no part of the vocabulary
    keys.removeAll(path.isEmpty() ? List.of("padding", "truncation", "version") : List.of());
    for (Iterator<String> i = keys.iterator(); i.hasNext(); ) {
      String key = i.next();
      path.add(key);
      if (differs(a.path(key), b.path(key), path)) {
        return true;
      }
      path.remove(path.size() - 1);
    }
    return false;
  }
}
