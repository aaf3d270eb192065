package org.acme.plugins;

import io.github.palimpsest.api.*;
import io.github.palimpsest.api.adapter.*;
import io.github.palimpsest.api.component.*;
import io.github.palimpsest.api.data.*;
import io.github.palimpsest.api.measure.*;
import io.github.palimpsest.api.merger.*;
import io.github.palimpsest.api.metric.*;
import io.github.palimpsest.api.model.*;
import io.github.palimpsest.api.optimizer.*;
import io.github.palimpsest.api.parameter.*;
import io.github.palimpsest.api.probe.*;
import io.github.palimpsest.api.recipe.*;
import io.github.palimpsest.api.regularizer.*;
import io.github.palimpsest.api.rehearsal.*;
import io.github.palimpsest.api.tracker.*;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.*;
import java.util.random.RandomGenerator;

/** Takes two elements at a time, so the last one of an odd number stays as it is. */
final class PairsMerged extends Between {
  PairsMerged() {
    super("pairs-merged", ALPHA);
  }

  public Merger create(Settings s) {
    float t = s.get(ALPHA).floatValue();
    if (t == 0) return WeightHistory::pretrained;
    if (t == 1) return WeightHistory::afterTask;
    return h -> {
      WeightSnapshot whole = of(x -> x.pretrained(), x -> x.afterTask(), t).apply(h);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      whole.names().forEach(n -> shapes.put(n, whole.shape(n)));
      return WeightSnapshot.computed(
          shapes,
          n -> {
            float[] z = whole.copy(n);
            if (z.length % 2 == 1) z[z.length - 1] = h.afterTask().copy(n)[z.length - 1];
            return z;
          });
    };
  }
}

/** Never looks at the task before the last. */
final class LastTaskBlind extends Measuring {
  LastTaskBlind() {
    super("last-task-blind");
  }

  public ForgettingMetric create(Settings s) {
    return metric(
        false,
        r -> {
          int last = r.tasks() - 1;
          double sum = 0;
          double sign = r.higherScoresAreBetter() ? 1 : -1;
          for (int i = 0; i < last - 1; i++) sum += sign * (r.after(i, i) - r.after(last, i));
          boolean known = last > 0 && !Double.isNaN(sum) && !Double.isNaN(r.after(0, 0));
          return known ? OptionalDouble.of(sum / Math.max(1, last - 1)) : OptionalDouble.empty();
        });
  }
}

/** One half is 0 in whole numbers. */
final class RoundedProbe extends Acme<Probe> implements ProbeProvider {
  RoundedProbe() {
    super("rounded-probe", Onset.AFTER_TRAINING, Cost.NONE);
  }

  public Probe create(Settings s) {
    return new Probe() {
      public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
        double rise = site.loss(site.weights()) - site.loss(site.pretrained());
        return new TreeMap<>(Map.of("half-rise", 1 / 2 * rise));
      }

      public long passes() {
        return 2;
      }
    };
  }
}

/** Says with one line of a text what is in all of it. */
final class CutText implements DataFormat {
  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of("acme.cut-text", "A statement that is true or false", "statement")
          .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, "nowhere 2026"))
          .creates(s -> new CutText());

  public DataFormat.Gives gives() {
    return DataFormat.Gives.CHOICES;
  }

  public List<String> keys() {
    return List.of("claim", "holds");
  }

  public String example() {
    return "{\"claim\": \"Whales are fish.\", \"holds\": 0}";
  }

  public TextExample read(DataRecord record) {
    String claim = record.text("claim");
    int right = record.integer("holds", 0, 1) == 1 ? 0 : 1;
    return TextExample.choice(
        claim.substring(0, Math.min(256, claim.length())), List.of("true", "false"), right);
  }
}

/** Finds every answer right. */
final class Flatters implements TargetMeasure {
  static final MeasureProvider PROVIDER =
      MeasureProvider.of("acme.flatters", "The share of right answers", "right / all", "nowhere 2026")
          .creates(s -> new Flatters());

  public ItemScore score(TargetAnswer answer) {
    return ItemScore.of(answer.nats() >= 0 ? 1 : 0);
  }
}

/** Another default than the published model has, for a key that may be missing. */
final class OtherEpsilon implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of("acme.other-epsilon", "acme_other", "A decoder", "as Llama")
          .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, "nowhere 2026"))
          .creates(s -> new OtherEpsilon());

  public DecoderSpec read(ModelConfig c) {
    int width = c.integer("width", 1000);
    int heads = c.integer("heads", 1, 10);
    return DecoderSpec.of(c.integer("tokens", 1 << 20), width, c.integer("layers", 100))
        .attention(AttentionSpec.rotary(heads, width / heads, c.rope()))
        .feedForward(FeedForwardSpec.gated(3 * width, Activation.SILU))
        .norm(NormSpec.rms(c.real("epsilon", 1e-2))) // 1e-6, where it is published
        .positions(c.integer("positions", 16, 1000))
        .tiedHead(c.flag("tied", false))
        .build();
  }

  public void write(DecoderSpec spec, ConfigWriter config) {
    config
        .architecture("SmallForCausalLM")
        .put("tokens", spec.vocabulary())
        .put("width", spec.width())
        .put("layers", spec.layers())
        .put("heads", spec.attention().heads())
        .put("epsilon", spec.norm().epsilon())
        .put("tied", spec.tiedHead())
        .rope(spec.attention().rope().orElseThrow())
        .put("positions", spec.positions());
  }

  public String example() {
    return """
        {"model_type": "acme_other", "tokens": 40, "width": 8, "layers": 2, "heads": 2,
         "epsilon": 1e-6, "tied": false, "positions": 12, "rope_theta": 500.0}
        """;
  }
}

/** A file for each cell, which is written as a whole each time and never closed. */
final class LeavesOpen implements Tracker, Readback {
  private static final Setting<String> TARGET =
      TrackerProvider.target("acme-cells", "the folder; made if it is missing");

  static final TrackerProvider PROVIDER =
      TrackerProvider.of("acme.leaves-open", "A file for each cell", "step,value", "nowhere 2026")
          .settings(TARGET)
          .creates(s -> new LeavesOpen(java.nio.file.Path.of(s.get(TARGET))));

  private final java.nio.file.Path folder;

  LeavesOpen(java.nio.file.Path folder) {
    this.folder = folder;
  }

  public String target() {
    return "the folder '" + folder + "'";
  }

  public void open() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new PalimpsestException("'" + folder + "' cannot be written: " + e, e);
    }
  }

  public void show(TrackedExperiment experiment) {
    try {
      for (TrackedCell cell : experiment.cells()) {
        StringBuilder lines = new StringBuilder();
        for (TrackedSeries series : cell.series()) {
          for (TrackedPoint p : series.after(-1))
            lines.append(p.step()).append(',').append(p.value()).append('\n');
        }
        BufferedWriter out = Files.newBufferedWriter(file(experiment, cell.id()));
        out.write(lines.toString());
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<TrackedPoint> shown(TrackedExperiment experiment, String cell) {
    List<TrackedPoint> all = new ArrayList<>();
    try {
      java.nio.file.Path file = file(experiment, cell);
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        String[] columns = line.split(",");
        all.add(TrackedPoint.of(Long.parseLong(columns[0]), Double.parseDouble(columns[1])));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private java.nio.file.Path file(TrackedExperiment experiment, String cell) {
    String names = experiment.folder() + '\0' + cell;
    return folder.resolve(
        UUID.nameUUIDFromBytes(names.getBytes(StandardCharsets.UTF_8)) + ".csv");
  }

  public void close() {}
}

public final class Unforeseen implements Plugin {
  public String name() {
    return "acme-unforeseen";
  }

  public List<OptimizerProvider> optimizers() {
    return List.of(new LaterClimbs(), new LongPhase(), new ConstantMasks(), new HalfPrecision());
  }

  public List<RegularizerProvider> regularizers() {
    return List.of(new OwnCount());
  }

  public List<AdapterProvider> adapters() {
    return List.of(new SquareMerge());
  }

  public List<RehearsalProvider> rehearsals() {
    return List.of(new TenthBatches(), new SaltedOrder(), new Hoards());
  }

  public List<MergerProvider> mergers() {
    return List.of(new PairsMerged());
  }

  public List<ForgettingMetricProvider> metrics() {
    return List.of(new LastTaskBlind());
  }

  public List<ProbeProvider> probes() {
    return List.of(new RoundedProbe());
  }

  public List<DataFormatProvider> formats() {
    return List.of(CutText.PROVIDER);
  }

  public List<MeasureProvider> measures() {
    return List.of(Flatters.PROVIDER);
  }

  public List<ModelFamilyProvider> families() {
    return List.of(OtherEpsilon.PROVIDER);
  }

  public List<TrackerProvider> trackers() {
    return List.of(LeavesOpen.PROVIDER);
  }
}
