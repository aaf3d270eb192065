package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds what an experiment file names by a path. */
public final class DataPaths {
  private DataPaths() {}

  /**
   * A relative path is looked up from the working directory, where values of the command line come
   * from, and then from the folder of the experiment file.
   *
   * @throws PalimpsestException if it is in neither
   */
  public static Path find(Experiment experiment, Place place, String written) {
    try {
      Path path = Path.of(written);
      Path beside = experiment.base().resolve(path);
      if (Files.exists(path)) {
        return path;
      }
      if (Files.exists(beside)) {
        return beside;
      }
      throw place.error(
          "'"
              + written
              + "' does not exist"
              + (path.isAbsolute()
                  ? ""
                  : ", neither seen from the working directory nor from " + experiment.base()));
    } catch (InvalidPathException e) {
      throw place.error("'" + written + "' is not a path: " + e.getMessage());
    }
  }

  /**
   * The folder of an experiment's model.
   *
   * @throws PalimpsestException if it is none
   */
  public static Path model(Experiment experiment) {
    Path folder = find(experiment, experiment.place(), experiment.model());
    if (!Files.isDirectory(folder)) {
      throw new PalimpsestException(
          "model '"
              + experiment.model()
              + "' is not a folder with config.json and model.safetensors");
    }
    return folder;
  }
}
