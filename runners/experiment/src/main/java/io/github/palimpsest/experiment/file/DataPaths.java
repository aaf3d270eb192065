package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.hub.HubCache;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds the files that an experiment file names. */
public final class DataPaths {
  private DataPaths() {}

  /**
   * A relative path is resolved against the working directory, to which values of the command line
   * refer, and then against the folder of the experiment file. A folder of the Hub's local cache
   * represents its snapshot, and {@code ORG/NAME} a repository in the user's cache.
   *
   * @throws PalimpsestException if it exists in neither
   */
  public static Path find(Experiment experiment, Place place, String written) {
    return find(experiment, place, written, HubCache.Kind.DATASETS, List.of());
  }

  private static Path find(
      Experiment experiment,
      Place place,
      String written,
      HubCache.Kind kind,
      Collection<String> others) {
    try {
      Path path = Path.of(written);
      Path beside = experiment.base().resolve(path);
      if (Files.exists(path)) {
        return HubCache.snapshot(path);
      }
      if (Files.exists(beside)) {
        return HubCache.snapshot(beside);
      }
      Optional<Path> cached = HubCache.ofUser().find(kind, written);
      if (cached.isPresent()) {
        return cached.get();
      }
      throw place.error(
          "'"
              + written
              + "' does not exist"
              + (path.isAbsolute()
                  ? ""
                  : ", neither relative to the working directory nor to " + experiment.base())
              + NearestName.meant(written, others));
    } catch (InvalidPathException e) {
      throw place.error("'" + written + "' is not a path: " + e.getMessage());
    }
  }

  /**
   * The folder of an experiment's model.
   *
   * @param others names of models that have no folder, to hint at
   * @throws PalimpsestException if it is not a model folder
   */
  public static Path model(Experiment experiment, Collection<String> others) {
    Path folder =
        find(experiment, experiment.place(), experiment.model(), HubCache.Kind.MODELS, others);
    if (!Files.isDirectory(folder)) {
      throw new PalimpsestException(
          "model '"
              + experiment.model()
              + "' is not a folder with config.json and model.safetensors");
    }
    return folder;
  }
}
