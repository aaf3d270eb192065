package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.RegularizerRig;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The check of a regularizer that weights the tokens of the data loss. */
final class TokenWeightChecks {
  private final RegularizerTrial trial;

  TokenWeightChecks(RegularizerTrial trial) {
    this.trial = trial;
  }

  void weightsDoNotDependOnMicroBatches() {
    RegularizerRig rig = trial.after(1);
    List<Example> batch = trial.batch();
    int expected = rig.predictions(batch);
    for (int seed = 1; seed <= 3; seed++) {
      Named point = trial.moved(trial.anchor(0), 0.3, seed);
      Optional<float[]> found = rig.tokenWeights(point, List.of(batch));
      NotApplicable.unless(found.isPresent(), Feature.TOKEN_WEIGHTS);
      float[] weights = found.orElseThrow();
      Expect.that(
          weights.length == expected,
          () ->
              new Finding(
                  RegularizerTrial.FIXTURE,
                  "one weight for each of " + expected + " predictions",
                  weights.length + " weights"));
      for (float w : weights) {
        Expect.that(
            Float.isFinite(w) && w >= 0,
            () ->
                new Finding(
                    RegularizerTrial.FIXTURE,
                    "finite weights of at least 0",
                    Arrays.toString(weights)));
      }
      areThoseOfHalves(rig, point, batch, weights);
    }
  }

  private void areThoseOfHalves(
      RegularizerRig rig, Named point, List<Example> batch, float[] whole) {
    int middle = batch.size() / 2;
    float[] halves =
        rig.tokenWeights(
                point, List.of(batch.subList(0, middle), batch.subList(middle, batch.size())))
            .orElseThrow();
    boolean same = halves.length == whole.length;
    for (int i = 0; same && i < whole.length; i++) {
      same = Math.abs(halves[i] - whole[i]) <= 1e-5 * trial.subject().tolerance() * (1 + whole[i]);
    }
    Expect.that(
        same,
        () ->
            new Finding(
                RegularizerTrial.FIXTURE + ", a batch of 6 and its halves",
                "the weights in the batch: " + Arrays.toString(whole),
                "in its halves " + Arrays.toString(halves),
                "a statistic of the batch in the weights, not of the whole step"));
  }
}
