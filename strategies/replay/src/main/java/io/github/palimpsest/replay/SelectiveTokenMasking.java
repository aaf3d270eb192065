package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.model.FinishedModel.Losses;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.ArrayList;
import java.util.List;

/**
 * Selective token masking: target tokens that surprise the pretrained model are not trained on.
 *
 * <pre>
 *   token t counts  iff  exp(l_t) &lt;= threshold
 * </pre>
 *
 * <p>with {@code l_t} the token's loss at the pretrained weights. Wu et al. 2025, arXiv:2501.14315,
 * whose threshold is 2.5. Of an example all of whose tokens are above it the least surprising one
 * counts, so that no batch is without targets.
 *
 * @param threshold the largest perplexity that counts, or 0 for no masking
 */
record SelectiveTokenMasking(double threshold) implements Prepared.Preparation {
  private static final Setting<Double> THRESHOLD =
      Setting.real(
          "threshold",
          2.5,
          0,
          Double.MAX_VALUE,
          "largest perplexity of a token that is trained on; 0 turns masking off");

  static final RehearsalProvider PROVIDER =
      Prepared.provider(
          "stm",
          "Selective token masking: leaves out tokens that surprise the pretrained model",
          "token t counts iff exp(l_t) <= threshold, l the loss at the pretrained weights",
          THRESHOLD,
          threshold -> threshold == 0,
          SelectiveTokenMasking::new,
          "Wu et al. 2025, Mitigating forgetting in LLM fine-tuning via low-perplexity token"
              + " learning, arXiv:2501.14315");

  @Override
  public TaskData of(TaskData task, FinishedModel pretrained) {
    if (threshold == 0) {
      return task;
    }
    List<Example> masked = new ArrayList<>();
    for (Example e : task.examples()) {
      masked.add(pretrained.reweighted(e, factors(pretrained.losses(e))));
    }
    return task.with(masked);
  }

  private float[] factors(Losses losses) {
    float[] factors = new float[losses.rows()];
    int easiest = -1;
    boolean any = false;
    for (int row = 0; row < factors.length; row++) {
      boolean target = losses.weight(row) != 0;
      if (target && (easiest < 0 || losses.nats(row) < losses.nats(easiest))) {
        easiest = row;
      }
      factors[row] = Math.exp(losses.nats(row)) <= threshold ? 1 : 0;
      any |= target && factors[row] == 1;
    }
    if (!any && easiest >= 0) {
      factors[easiest] = 1;
    }
    return factors;
  }
}
