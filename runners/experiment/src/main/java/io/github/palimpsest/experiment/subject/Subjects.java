package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.classifier.ClassifierScores;
import io.github.palimpsest.experiment.file.Experiment;

/** Opens the subject of an experiment. */
public final class Subjects {
  private Subjects() {}

  /**
   * Opens or makes the model, and reads all data.
   *
   * @param registry where the family of the model, the formats of the data and the measures come
   *     from
   * @throws io.github.palimpsest.api.PalimpsestException if a file is missing or malformed; names
   *     it
   */
  public static Subject open(Experiment experiment, PluginRegistry registry) {
    return experiment.classifier().isPresent()
        ? ClassifierSubject.open(experiment, registry)
        : LanguageSubject.open(experiment, registry);
  }

  /** Number of examples scored together. */
  public static int evaluationBatch(Experiment experiment) {
    return experiment.classifier().isPresent()
        ? ClassifierScores.BATCH
        : LanguageSubject.EVALUATION_BATCH;
  }
}
