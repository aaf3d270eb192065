package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.experiment.file.DataPaths;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.llm.chat.ChatTemplates;
import io.github.palimpsest.llm.quickstart.Quickstart;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the model of an experiment comes from: a folder, a configuration, or a generator. */
public interface ModelOrigin {
  /** The models that are made, by the name that an experiment file has in place of a folder. */
  Map<String, ModelOrigin> MADE = Map.of(Quickstart.NAME, new QuickstartModel());

  /**
   * The hash of what results depend on; for a model that is made its name, the code has the rest.
   */
  String sha256();

  /**
   * The JAR, or folder of classes, of the plugin that reads the model; empty for a model that is
   * made.
   *
   * @param registry where the family of the model is found
   * @throws io.github.palimpsest.api.PalimpsestException if no plugin reads the model
   */
  Optional<Path> family(PluginRegistry registry);

  /**
   * The chat templates of the model; empty if it has none.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if a file cannot be read
   */
  default Optional<ChatTemplates> chatTemplates() {
    return Optional.empty();
  }

  /** The folders that are read; none for a model that is made. */
  default List<Path> folders() {
    return List.of();
  }

  /**
   * The model without weights and tokenizer.
   *
   * @param registry where the family of the model is found
   * @throws io.github.palimpsest.api.PalimpsestException if its configuration is missing or
   *     malformed, or no plugin reads the model
   */
  DecoderModel configured(PluginRegistry registry);

  /**
   * Opens the model; close it after use.
   *
   * @param registry where the family of the model is found
   */
  ModelSource open(PluginRegistry registry);

  /**
   * The origin of an experiment's model.
   *
   * @throws io.github.palimpsest.api.PalimpsestException with its place in the file, if there is no
   *     such folder
   */
  static ModelOrigin of(Experiment e) {
    if (e.decoder().isPresent()) {
      return DrawnModel.of(e, e.decoder().orElseThrow());
    }
    ModelOrigin made = MADE.get(e.model().text());
    return made == null ? new ModelFolder(DataPaths.model(e, MADE.keySet())) : made;
  }
}
