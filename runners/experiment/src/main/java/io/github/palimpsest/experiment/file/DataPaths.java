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
   * A path is relative to the folder of the experiment file, and one that begins with a value of
   * the command line to the folder of the command line. A folder of the Hub's local cache
   * represents its snapshot, and {@code ORG/NAME} a repository in the user's cache.
   *
   * @throws PalimpsestException if it does not exist
   */
  public static Path find(Experiment experiment, Place place, WrittenPath written) {
    return find(experiment, place, written, HubCache.Kind.DATASETS, List.of());
  }

  private static Path find(
      Experiment experiment,
      Place place,
      WrittenPath written,
      HubCache.Kind kind,
      Collection<String> others) {
    try {
      Path path = Path.of(written.text());
      Path found = written.from().orElse(experiment.base()).resolve(path);
      if (Files.exists(found)) {
        return HubCache.snapshot(found);
      }
      Optional<Path> cached = HubCache.ofUser().find(kind, written.text());
      if (cached.isPresent()) {
        return cached.get();
      }
      throw place.error(
          "'"
              + written
              + "' does not exist"
              + (path.isAbsolute() ? "" : tried(experiment, written, found))
              + NearestName.meant(written.text(), others));
    } catch (InvalidPathException e) {
      throw place.error("'" + written + "' is not a path: " + e.getMessage());
    }
  }

  /** Where a relative path was looked for, and where it would be found. */
  private static String tried(Experiment experiment, WrittenPath written, Path found) {
    boolean given = written.from().isPresent();
    String tried = ": there is no '" + found.normalize() + "'";
    Path other = (given ? experiment.base() : Path.of("")).resolve(written.text());
    if (!Files.exists(other)) {
      return tried;
    }
    return tried
        + ". It exists in "
        + (given ? "the folder of the experiment file" : "the working directory")
        + ", but "
        + (given
            ? "paths that --set gives are relative to the working directory of the command"
            : "the paths of an experiment file are relative to its folder");
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
