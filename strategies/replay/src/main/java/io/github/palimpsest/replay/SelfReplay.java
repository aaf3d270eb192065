package io.github.palimpsest.replay;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Self-replay: samples of the pretrained model, with nothing given but the token with which texts
 * begin, are added to the examples of every task, including the first.
 *
 * <pre>
 *   x_1, ..., x_N ~ p_0,   x_t ~ softmax(z_0(x_1..x_(t-1)) / T)
 *   loss = mean of -log p over the target tokens of the current examples and the samples
 * </pre>
 *
 * <p>Marek et al. 2026, arXiv:2605.26097; the abstract was at hand. For samples at T = 1 the mean
 * of {@code -log p} is the entropy of {@code p_0} plus {@code KL(p_0 || p)}, up to the choice of
 * the samples. The divergence itself, over all tokens of the vocabulary at each place, is added by
 * {@code kl(inputs=rehearsed)}.
 *
 * <p>The samples depend on the pretrained weights and {@code seed} alone, so that all tasks have
 * the same ones if their examples are equally long. They are drawn again before each task, at one
 * forward pass over them for each token, and are part of no checkpoint.
 *
 * @param base adds the samples, as a corpus, and what its own base adds
 * @param samples N
 * @param tokens the most tokens of a sample; 0 for as many as the longest example of the task has
 * @param temperature T, above 0
 * @param seed of the samples
 */
record SelfReplay(CorpusReplay base, int samples, int tokens, double temperature, int seed)
    implements ForwardingRehearsal {
  private static final String ID = "self-replay";
  private static final Setting<Double> RATIO = RehearsalSettings.ratio(0.1);
  private static final Setting<Integer> SAMPLES =
      Setting.integer("samples", 200, 1, Integer.MAX_VALUE, "N: number of samples");
  private static final Setting<Integer> TOKENS =
      Setting.integer(
          "tokens",
          0,
          0,
          Integer.MAX_VALUE,
          "the most tokens of a sample; 0 for as many as the longest example of the task has");
  private static final Setting<Double> TEMPERATURE =
      Setting.real("temperature", 1, 1e-3, 1e3, "divides the logits from which samples are drawn");
  private static final Setting<Integer> SEED =
      Setting.integer(
          "seed", 0, 0, Integer.MAX_VALUE, "of the samples, which are the same in every run");

  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              ID,
              "Self-replay: adds samples of the pretrained model to each batch of every task",
              "after n examples of an epoch, floor(ratio * n) of N samples x ~ p_0 have been added;"
                  + " x_t ~ softmax(z_0(x_1..x_(t-1)) / T)")
          .settings(RATIO, SAMPLES, TOKENS, TEMPERATURE, SEED, Prepared.BASE)
          .traits(SelfReplay::traits)
          .creates(SelfReplay::of);

  private static Traits traits(Settings s) {
    return CorpusReplay.traits(
        s,
        s.get(RATIO),
        "Marek, Cho, Qiu, Chunara, Izmailov and Wilson 2026, Forgetting in language models:"
            + " capacity, optimization, and self-generated replay (arXiv:2605.26097)");
  }

  private static SelfReplay of(Settings s) {
    Rehearsal inner = s.get(Prepared.BASE);
    for (Rehearsal r = inner; r instanceof ForwardingRehearsal f; r = f.base()) {
      if (r instanceof CorpusReplay || r instanceof SelfReplay) {
        throw new PalimpsestException(
            "setting 'base' of 'self-replay': a rehearsal with a corpus of its own cannot be"
                + " combined with samples, which take the place of a corpus");
      }
    }
    return new SelfReplay(
        new CorpusReplay(ID, s.get(RATIO), inner),
        s.get(SAMPLES),
        s.get(TOKENS),
        s.get(TEMPERATURE),
        s.get(SEED));
  }

  @Override
  public TaskData prepared(TaskData task, FinishedModel pretrained) {
    return base.prepared(
        base.ratio() == 0 ? task : task.beside(samples(task, pretrained)), pretrained);
  }

  private List<Example> samples(TaskData task, FinishedModel pretrained) {
    int longest = task.examples().stream().mapToInt(Example::tokens).max().orElse(0);
    return pretrained.samples(
        IntStream.range(0, samples).mapToObj(i -> ID + "/" + i).toList(),
        Math.max(2, tokens == 0 ? longest : tokens),
        temperature,
        Streams.stream(seed, ID, 0, 0));
  }
}
