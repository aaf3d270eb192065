package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import java.nio.file.Path;

/** The model that a {@code config.json} describes, without weights and tokenizer. */
public final class ConfiguredModel {
  private ConfiguredModel() {}

  /**
   * Reads {@code config.json} and nothing else.
   *
   * @param folder the folder of the file
   * @param registry the registry that contains the model's family
   * @throws PalimpsestException if the file is missing or malformed, or no plugin reads models of
   *     its type
   */
  public static DecoderModel of(Path folder, PluginRegistry registry) {
    ObjectNode config = HuggingFaceDirectory.config(folder);
    String where = folder.resolve(HuggingFaceDirectory.CONFIG).toString();
    FamilyConfig family = FamilyConfig.of(HuggingFaceDirectory.family(folder, config, registry));
    return new DecoderModel(family.read(where, config));
  }
}
