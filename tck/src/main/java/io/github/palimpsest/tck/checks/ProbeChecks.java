package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.ProbeRule.PRB_01;
import static io.github.palimpsest.tck.rule.ProbeRule.PRB_02;
import static io.github.palimpsest.tck.rule.ProbeRule.PRB_03;
import static io.github.palimpsest.tck.rule.ProbeRule.PRB_04;

import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeSite;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rule.Rule;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/** The checks of probes, on a quadratic whose loss the host computes. */
final class ProbeChecks implements KindChecks {
  private static final int NARROW = 30;
  private static final int WIDE = 40;
  private static final List<ParameterSpec> SPECS =
      List.of(
          new ParameterSpec("dense.weight", Shape.of(3, 2), Role.KERNEL, 0),
          new ParameterSpec("dense.bias", Shape.of(2), Role.BIAS, 0));
  private static final List<ParameterSpec> LARGER =
      List.of(
          new ParameterSpec("dense.weight", Shape.of(WIDE, NARROW), Role.KERNEL, 0),
          new ParameterSpec("dense.bias", Shape.of(NARROW), Role.BIAS, 0));

  private static final List<ParameterSpec> WIDER =
      List.of(
          new ParameterSpec("dense.weight", Shape.of(NARROW, WIDE), Role.KERNEL, 0),
          new ParameterSpec("dense.bias", Shape.of(WIDE), Role.BIAS, 0));

  private static final int USES = 4;
  private static final int EXAMPLES = 5;

  private final Subject<Probe> subject;

  ProbeChecks(Subject<Probe> subject) {
    this.subject = subject;
  }

  /** {@code 1/2 sum a w^2}, which counts its calls. */
  private static final class Quadratic implements ProbeSite {
    private final List<ParameterSpec> specs;
    private final Named curvature;
    private final Named weights;
    private final Named pretrained;
    private long passes;

    Quadratic() {
      this(SPECS, i -> Math.cos(i + 1), i -> Math.cos(i + 1) + 0.1);
    }

    private Quadratic(
        List<ParameterSpec> specs,
        ToDoubleFunction<Integer> weights,
        ToDoubleFunction<Integer> pretrained) {
      this.specs = specs;
      this.curvature = Named.of(specs, i -> 0.5 + 0.25 * (i % 8));
      this.weights = Named.of(specs, weights);
      this.pretrained = Named.of(specs, pretrained);
    }

    /** A larger one, of which the weights have nothing to do with the pretrained ones. */
    static Quadratic other() {
      return new Quadratic(
          LARGER, i -> Math.sin(0.7 * i * i), i -> Math.sin(0.3 * i * i + 2.0 * i));
    }

    /**
     * One that grew out of a kernel of rank one, so that most of its directions are new. Whole
     * numbers, since rounding would give the kernel more directions.
     */
    static Quadratic ofRankOne() {
      return new Quadratic(
          WIDER,
          i -> Math.sin(0.7 * i * i),
          i -> (1 + i / WIDE % 2) * (i % WIDE % 2 == 0 ? 1 : -1));
    }

    @Override
    public List<ParameterSpec> parameters() {
      return specs;
    }

    @Override
    public WeightSnapshot weights() {
      return weights.snapshot(specs);
    }

    @Override
    public WeightSnapshot pretrained() {
      return pretrained.snapshot(specs);
    }

    @Override
    public double loss(WeightSnapshot at) {
      passes++;
      Named w = Named.of(at);
      return w.dot(slope(w)) / 2;
    }

    @Override
    public WeightSnapshot gradient(WeightSnapshot at) {
      passes += 3;
      return slope(Named.of(at)).snapshot(specs);
    }

    @Override
    public double divergence(WeightSnapshot from, WeightSnapshot to) {
      passes += 2;
      Named moved = Named.of(to).minus(Named.of(from));
      return moved.dot(moved) / 2;
    }

    /** Five examples of the kernel's outputs. */
    @Override
    public List<HostArray.Floats> representations(WeightSnapshot at) {
      passes++;
      float[] kernel = at.copy("dense.weight");
      int outputs = Math.toIntExact(at.shape("dense.weight").get(1));
      int inputs = kernel.length / outputs;
      float[] rows = new float[EXAMPLES * outputs];
      for (int e = 0; e < EXAMPLES; e++) {
        for (int in = 0; in < inputs; in++) {
          for (int out = 0; out < outputs; out++) {
            rows[e * outputs + out] += (float) Math.sin(2 * e + in) * kernel[in * outputs + out];
          }
        }
      }
      return List.of(new HostArray.Floats(rows, EXAMPLES, outputs));
    }

    private Named slope(Named w) {
      return w.zip(curvature, (x, a) -> a * x);
    }
  }

  @Override
  public Map<Rule, Trial> trials() {
    return Map.of(
        PRB_01, this::finite,
        PRB_02, this::aFunctionOfSiteAndGenerator,
        PRB_03, this::passesAreDeclared,
        PRB_04, this::nothingIsKeptBetweenCalls);
  }

  @Override
  public String behaviour() {
    return measure(new Quadratic()).toString();
  }

  private SortedMap<String, Double> measure(ProbeSite site) {
    return subject.create().measure(site, Streams.stream(7, "probe", 0, 0));
  }

  private String fixture() {
    return "a quadratic of 8 parameters, settings " + subject.settings();
  }

  private void finite() {
    List<SortedMap<String, Double>> others =
        List.of(measure(Quadratic.other()), measure(Quadratic.ofRankOne()));
    SortedMap<String, Double> measured = measure(new Quadratic());
    Expect.that(
        !measured.isEmpty() && measured.values().stream().allMatch(Double::isFinite),
        () -> new Finding(fixture(), "at least one number, all finite", measured.toString()));
    Expect.that(
        others.stream().anyMatch(o -> !o.equals(measured)),
        () ->
            new Finding(
                fixture() + ", and two others of 1,230 and 1,240 parameters",
                "a number that differs",
                "" + others.get(0),
                "a constant, such as 1 / 2 of whole numbers"));
  }

  private void aFunctionOfSiteAndGenerator() {
    Quadratic site = new Quadratic();
    Named before = site.weights.scale(1);
    SortedMap<String, Double> one = measure(site);
    Expect.that(
        site.weights.same(before),
        () -> new Finding(fixture(), "weights as they were", "they have changed"));
    SortedMap<String, Double> two = measure(new Quadratic());
    Expect.that(
        one.equals(two),
        () ->
            new Finding(
                fixture() + ", equal generators",
                one.toString(),
                two.toString(),
                "a random source of its own"));
  }

  private void nothingIsKeptBetweenCalls() {
    Probe used = subject.create();
    SortedMap<String, Double> fresh = measure(new Quadratic());
    for (int calls = 0; calls < USES; calls++) {
      int before = calls;
      SortedMap<String, Double> actual =
          used.measure(new Quadratic(), Streams.stream(7, "probe", 0, 0));
      Expect.that(
          actual.equals(fresh),
          () ->
              new Finding(
                  fixture() + ", by an object that has measured " + before + " times",
                  fresh.toString(),
                  actual.toString(),
                  "state in a field"));
    }
  }

  private void passesAreDeclared() {
    Quadratic site = new Quadratic();
    Probe probe = subject.create();
    probe.measure(site, Streams.stream(7, "probe", 0, 0));
    Expect.that(
        site.passes <= probe.passes(),
        () ->
            new Finding(
                fixture(), "at most " + probe.passes() + " passes, as stated", "" + site.passes));
  }
}
