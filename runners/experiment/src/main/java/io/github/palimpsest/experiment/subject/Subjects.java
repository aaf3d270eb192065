package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
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
   *     it; or if the model has fewer layers than the experiment has devices for it
   */
  public static Subject open(Experiment experiment, PluginRegistry registry) {
    Subject subject =
        experiment.classifier().isPresent()
            ? ClassifierSubject.open(experiment, registry)
            : LanguageSubject.open(experiment, registry);
    try {
      experiment.device().layout(subject.model().parameters());
    } catch (PalimpsestException e) {
      subject.close();
      throw e;
    }
    return subject;
  }

  /** Number of examples scored together. */
  public static int evaluationBatch(Experiment experiment) {
    return experiment.classifier().isPresent()
        ? ClassifierScores.BATCH
        : LanguageSubject.EVALUATION_BATCH;
  }
}
