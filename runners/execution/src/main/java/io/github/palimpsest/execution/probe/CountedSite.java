package io.github.palimpsest.execution.probe;

import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.List;
import java.util.function.LongConsumer;

/** A probe's site that counts forward passes; a gradient counts as three, as probes declare it. */
final class CountedSite implements ProbeSite {
  private static final int GRADIENT = 3;

  private final ProbeSite site;
  private final LongConsumer passed;
  private long passes;

  /**
   * @param site does the work
   * @param passed receives the number of passes so far after each call
   */
  CountedSite(ProbeSite site, LongConsumer passed) {
    this.site = site;
    this.passed = passed;
  }

  private void count(int more) {
    passes += more;
    passed.accept(passes);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return site.parameters();
  }

  @Override
  public WeightSnapshot weights() {
    return site.weights();
  }

  @Override
  public WeightSnapshot pretrained() {
    return site.pretrained();
  }

  @Override
  public double loss(WeightSnapshot at) {
    double loss = site.loss(at);
    count(1);
    return loss;
  }

  @Override
  public WeightSnapshot gradient(WeightSnapshot at) {
    WeightSnapshot gradient = site.gradient(at);
    count(GRADIENT);
    return gradient;
  }

  @Override
  public double divergence(WeightSnapshot from, WeightSnapshot to) {
    double divergence = site.divergence(from, to);
    count(2);
    return divergence;
  }

  @Override
  public List<HostArray.Floats> representations(WeightSnapshot at) {
    List<HostArray.Floats> representations = site.representations(at);
    count(1);
    return representations;
  }
}
