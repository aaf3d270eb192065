package io.github.palimpsest.classifier;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.classifier.ClassStream.Scenario;
import io.github.palimpsest.classifier.ClassifierShape.Network;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.storage.NewFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * A classifier as a folder: {@code config.json} with the type {@value #TYPE}, its shape and its
 * classes; {@code model.safetensors}; and {@code vocabulary.txt}, one word a line in the order of
 * their rows, or the files of a tokenizer.
 *
 * @param model the model
 * @param tokens turns texts into its tokens
 * @param weights its weights
 */
public record ClassifierDirectory(ClassifierModel model, Tokens tokens, WeightSnapshot weights)
    implements AutoCloseable {
  /** The {@code model_type}. */
  public static final String TYPE = "palimpsest-classifier";

  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";

  private static final List<String> KEYS =
      List.of(
          "model_type",
          "classifier",
          "vocabulary_size",
          "width",
          "layers",
          "heads",
          "max_length",
          "classes",
          "tasks",
          "scenario");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** The content of {@code config.json}. */
  private record Config(
      String modelType,
      String classifier,
      int vocabularySize,
      int width,
      int layers,
      int heads,
      int maxLength,
      List<String> classes,
      List<List<Integer>> tasks,
      String scenario) {}

  /**
   * Writes a folder: all of it or nothing.
   *
   * @param target must not exist yet
   * @param weights one tensor for each parameter of the model
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public static void write(
      Path target, ClassifierModel model, Tokens tokens, WeightSnapshot weights) {
    ClassifierShape shape = model.shape();
    ClassStream classes = model.classes();
    Config config =
        new Config(
            TYPE,
            shape.network().toString(),
            shape.rows(),
            shape.width(),
            shape.layers(),
            shape.heads(),
            shape.positions(),
            classes.names(),
            classes.byTask(),
            classes.scenario().toString());
    NewFolder.write(
        target,
        "models",
        folder -> {
          Files.writeString(folder.resolve(CONFIG), JSON.writeValueAsString(config) + "\n");
          tokens.write(folder);
          SafetensorsWriter.write(folder.resolve(WEIGHTS), weights);
        });
  }

  /** Whether a folder holds a classifier, by its {@code config.json}. */
  public static boolean isOne(Path folder) {
    return Files.exists(folder.resolve(CONFIG))
        && TYPE.equals(StrictJson.object(folder.resolve(CONFIG)).path("model_type").asText());
  }

  /**
   * Reads a folder.
   *
   * @throws PalimpsestException if a file is missing or malformed, or the files do not belong
   *     together; names the file
   */
  public static ClassifierDirectory open(Path folder) {
    ClassifierModel model = model(folder.resolve(CONFIG));
    WeightSnapshot weights = SafetensorsFile.open(folder.resolve(WEIGHTS));
    check(folder.resolve(WEIGHTS), model, weights);
    Tokens tokens =
        Files.exists(folder.resolve(Words.FILE))
            ? Words.read(folder.resolve(Words.FILE))
            : Tokens.of(TextTokenizer.load(folder), folder);
    if (tokens.size() != model.shape().rows()) {
      tokens.close();
      throw new PalimpsestException(
          "%s: %d tokens with padding and unknown, and %s says %d"
              .formatted(folder, tokens.size(), CONFIG, model.shape().rows()));
    }
    return new ClassifierDirectory(model, tokens, weights);
  }

  /** The model of a {@code config.json}. */
  static ClassifierModel model(Path file) {
    ObjectNode json = StrictJson.object(file);
    try {
      requireKeys(json);
      Config c = JSON.treeToValue(json, Config.class);
      if (!c.modelType().equals(TYPE)) {
        throw new PalimpsestException(
            "'model_type' is '" + c.modelType() + "', not '" + TYPE + "'");
      }
      ClassifierShape shape =
          new ClassifierShape(
              word("classifier", Network.class, c.classifier()),
              c.vocabularySize(),
              c.width(),
              c.layers(),
              c.heads(),
              c.maxLength());
      Scenario scenario = word("scenario", Scenario.class, c.scenario());
      return new ClassifierModel(shape, new ClassStream(c.classes(), c.tasks(), scenario));
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(file + ": " + e.getOriginalMessage(), e);
    } catch (PalimpsestException e) {
      throw new PalimpsestException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireKeys(ObjectNode json) {
    for (String key : KEYS) {
      if (!json.has(key)) {
        throw new PalimpsestException("key '" + key + "' is missing");
      }
    }
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                throw new PalimpsestException(
                    "unknown key '" + key + "'" + NearestName.hint(key, KEYS));
              }
            });
  }

  private static <E extends Enum<E>> E word(String key, Class<E> type, String word) {
    List<E> all = List.of(type.getEnumConstants());
    return all.stream()
        .filter(e -> e.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new PalimpsestException("'" + key + "' is '" + word + "', and must be of " + all));
  }

  private static void check(Path file, ClassifierModel model, WeightSnapshot weights) {
    TreeSet<String> unexpected = new TreeSet<>(weights.names());
    for (ParameterSpec p : model.parameters()) {
      if (!unexpected.remove(p.name())) {
        throw new PalimpsestException(file + ": tensor '" + p.name() + "' is missing");
      }
      Shape found = weights.shape(p.name());
      if (!found.equals(p.shape())) {
        throw new PalimpsestException(
            "%s: tensor '%s' has the shape %s, and %s says %s"
                .formatted(file, p.name(), found, CONFIG, p.shape()));
      }
    }
    if (!unexpected.isEmpty()) {
      throw new PalimpsestException(file + ": no part of the model reads " + unexpected);
    }
  }

  @Override
  public void close() {
    tokens.close();
  }
}
