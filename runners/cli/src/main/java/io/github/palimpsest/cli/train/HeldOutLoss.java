package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.divergence.DivergedException;
import io.github.palimpsest.experiment.subject.LanguageSubject;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.llm.score.TextScores;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loss of weights on held-out documents: the mean over all their target tokens, in nats, as
 * {@code nats-per-token} of experiments. Its graph and its memory are its own.
 */
final class HeldOutLoss implements AutoCloseable {
  private final Model model;
  private final Device device;
  private final List<ScoredText> texts;
  private @Nullable ModelLogLikelihoods open;

  HeldOutLoss(Model model, Device device, List<ScoredText> texts) {
    this.model = model;
    this.device = device;
    this.texts = texts;
  }

  /**
   * The loss.
   *
   * @throws DivergedException if it is not finite
   */
  double of(WeightSnapshot weights, long step) {
    ModelLogLikelihoods likelihoods = open;
    if (likelihoods == null) {
      likelihoods =
          new ModelLogLikelihoods(model, weights, device, LanguageSubject.EVALUATION_BATCH);
      open = likelihoods;
    } else {
      likelihoods.load(weights);
    }
    double loss = TextScores.of(likelihoods, texts).natsPerToken().value();
    if (!Double.isFinite(loss)) {
      throw new DivergedException("the held-out loss after step " + step + " is " + loss);
    }
    return loss;
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }
}
