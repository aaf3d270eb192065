package io.github.palimpsest.decoder.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.model.DecoderFamily;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads and writes the {@code config.json} of a family.
 *
 * @param family reads and writes the keys
 * @param modelType the family's {@code model_type}
 */
public record FamilyConfig(DecoderFamily family, String modelType) {
  private static final String MODEL_TYPE = "model_type";
  private static final String ARCHITECTURES = "architectures";

  /** The configuration of a registered family. */
  public static FamilyConfig of(Registered family) {
    return of((ModelFamilyProvider) family.provider());
  }

  /** The configuration of the family that a provider creates. */
  public static FamilyConfig of(ModelFamilyProvider provider) {
    Settings none =
        Settings.of(
            provider,
            Map.of(),
            (kind, call) -> {
              throw new PalimpsestException("a family wraps no component, not '" + call + "'");
            });
    // decoders are the only kind of family
    return new FamilyConfig((DecoderFamily) provider.create(none), provider.modelType());
  }

  /** A value for use in messages: its first 60 characters. */
  public static String shortened(JsonNode value) {
    return KnownKeys.shortened(value);
  }

  /** The generation keys of a {@code config.json}. */
  public static ObjectNode generation(ObjectNode json) {
    return KnownKeys.generation(json);
  }

  /**
   * The type of a model.
   *
   * @param where names the file in messages
   * @throws PalimpsestException if the type is missing or is not text
   */
  public static String modelType(String where, ObjectNode json) {
    String type = new JsonConfig(where, json).text(MODEL_TYPE, "");
    if (type.isEmpty()) {
      throw new PalimpsestException(where + ": '" + MODEL_TYPE + "' is missing");
    }
    return type;
  }

  /**
   * Reads the description of a model.
   *
   * @param where names the file in messages
   * @throws PalimpsestException if the family refuses the description, or does not read a key that
   *     has an effect; the message begins with {@code where}
   */
  public DecoderSpec read(String where, ObjectNode json) {
    return read(new JsonConfig(where, json));
  }

  /**
   * The keys that the family asks for when it reads a configuration, present or absent.
   *
   * @throws PalimpsestException as {@link #read(String, ObjectNode)}
   */
  public Set<String> keys(String where, ObjectNode json) {
    JsonConfig config = new JsonConfig(where, json);
    read(config);
    Set<String> keys = new TreeSet<>(config.asked());
    keys.remove(MODEL_TYPE);
    return keys;
  }

  private DecoderSpec read(JsonConfig config) {
    config.text(MODEL_TYPE, "");
    try {
      DecoderSpec spec = family.read(config);
      config.requireAllRead();
      return spec;
    } catch (PalimpsestException e) {
      throw e.getMessage().startsWith(config.where())
          ? e
          : new PalimpsestException(config.where() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes the {@code config.json} of a model with 32-bit weights.
   *
   * @throws PalimpsestException if the family does not name a transformers class
   */
  public ObjectNode write(DecoderSpec spec) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putArray(ARCHITECTURES);
    json.put(MODEL_TYPE, modelType);
    family.write(spec, new JsonConfigWriter(json));
    if (json.path(ARCHITECTURES).isEmpty()) {
      throw new PalimpsestException(
          "the family of model_type '" + modelType + "' writes no architecture");
    }
    return json.put("torch_dtype", "float32");
  }
}
