package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds the files that an experiment file names. */
public final class DataPaths {
  private DataPaths() {}

  /**
   * A relative path is resolved against the working directory, to which values of the command line
   * refer, and then against the folder of the experiment file.
   *
   * @throws PalimpsestException if it exists in neither
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
                  : ", neither relative to the working directory nor to " + experiment.base()));
    } catch (InvalidPathException e) {
      throw place.error("'" + written + "' is not a path: " + e.getMessage());
    }
  }

  /**
   * The folder of an experiment's model.
   *
   * @throws PalimpsestException if it is not a model folder
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
