package io.github.palimpsest.execution.probe;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.engine.ModelProbeSite;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.StageProbe;
import io.github.palimpsest.storage.DamagedFileException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Weights under probes, on fixed examples. */
final class ProbedWeights implements AutoCloseable {
  private static final int BATCH = 16;

  private final Plan plan;
  private final ProbeListener listener;
  private final String name;
  private final ModelProbeSite site;

  /**
   * What a probe measured.
   *
   * @param values the numbers by name
   * @param cost what it took
   */
  record Taken(SortedMap<String, Double> values, StageProbe.Cost cost) {}

  /**
   * @param name the cell or stage, for the listener
   * @param weights the weights
   * @param seed the seed of the weights before any training
   * @param examples the examples for the loss
   */
  ProbedWeights(
      Plan plan,
      Subject subject,
      ProbeListener listener,
      String name,
      WeightSnapshot weights,
      long seed,
      List<Example> examples) {
    this.plan = plan;
    this.listener = listener;
    this.name = name;
    this.site =
        new ModelProbeSite(
            subject.model(),
            weights,
            subject.pretrained(seed),
            examples,
            BATCH,
            plan.experiment().device());
  }

  /** Measures; a failure is told to the listener. */
  Optional<Taken> take(Component<Probe> component) {
    long begun = System.nanoTime();
    try {
      Probe probe = component.create();
      long passes = probe.passes();
      listener.begun(name, component, passes);
      long[] made = {0};
      CountedSite counted =
          new CountedSite(
              site,
              done -> {
                made[0] = done;
                listener.passed(name, done, Math.max(done, passes));
              });
      // one stream for all: what is compared gets the same directions
      SortedMap<String, Double> values = probe.measure(counted, Streams.stream(0, "probe", 0, 0));
      double seconds = Math.round((System.nanoTime() - begun) / 1e6) / 1e3;
      return Optional.of(new Taken(values, new StageProbe.Cost(made[0], seconds)));
    } catch (DamagedFileException e) {
      throw e;
    } catch (RuntimeException | Error e) { // a third party's, maybe
      String reason = e instanceof PalimpsestException ? e.getMessage() : e.toString();
      listener.failed(
          name, component, new Origins(plan.registry()).told(String.valueOf(reason), component));
      return Optional.empty();
    }
  }

  /** The mean loss of the examples at these weights. */
  double loss() {
    return site.loss(site.weights());
  }

  /** The Euclidean distance of these weights from those before any training. */
  double distance() {
    WeightSnapshot now = site.weights();
    WeightSnapshot before = site.pretrained();
    double squares = 0;
    for (String tensor : now.names()) {
      float[] a = now.copy(tensor);
      float[] b = before.copy(tensor);
      for (int i = 0; i < a.length; i++) {
        double moved = (double) a[i] - b[i];
        squares += moved * moved;
      }
    }
    return Math.sqrt(squares);
  }

  @Override
  public void close() {
    site.close();
  }
}
