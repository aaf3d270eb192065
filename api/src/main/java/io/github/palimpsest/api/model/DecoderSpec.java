package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A decoder as a value: its full function except the weights. Its layers have the same tensors
 * (Touvron et al. 2023, arXiv 2302.13971): {@code x += attention(norm x)}, then {@code x +=
 * feedForward(norm x)}; a norm and the head follow the last one. Variations of this are options.
 *
 * <p>Equal descriptions define equal functions of equal weights.
 */
@Experimental(since = "0.1")
public final class DecoderSpec {
  private record Values(
      int vocabulary,
      int width,
      int layers,
      int positions,
      List<AttentionSpec> attention,
      FeedForwardSpec feedForward,
      NormSpec norm,
      NormPlace place,
      boolean parallel,
      boolean learnedPositions,
      ScaleSpec scales,
      boolean kernelsAsUsed,
      boolean tiedHead,
      double initialDeviation,
      OptionalInt bos,
      OptionalInt eos,
      TensorNames names) {}

  private final Values values;

  private DecoderSpec(Values values) {
    this.values = values;
  }

  /**
   * Begins a description.
   *
   * @param vocabulary the number of tokens in the vocabulary, from 1
   * @param width the size of a hidden state, from 1
   * @param layers the number of layers, from 1
   */
  public static Builder of(int vocabulary, int width, int layers) {
    return new Builder(vocabulary, width, layers);
  }

  /** Collects a description. Positions, attention, feed-forward block and norm must be given. */
  public static final class Builder {
    private final int vocabulary;
    private final int width;
    private final int layers;
    private int positions;
    private List<AttentionSpec> attention = List.of();
    private @Nullable FeedForwardSpec feedForward;
    private @Nullable NormSpec norm;
    private NormPlace place = NormPlace.BEFORE;
    private boolean parallel;
    private boolean learnedPositions;
    private ScaleSpec scales = ScaleSpec.none();
    private boolean kernelsAsUsed;
    private boolean tiedHead;
    private double initialDeviation = 0.02;
    private OptionalInt bos = OptionalInt.empty();
    private OptionalInt eos = OptionalInt.empty();
    private TensorNames names = TensorNames.usual();

    private Builder(int vocabulary, int width, int layers) {
      this.vocabulary = vocabulary;
      this.width = width;
      this.layers = layers;
    }

    /** The longest sequence, in tokens, from 1. */
    public Builder positions(int longest) {
      positions = longest;
      return this;
    }

    /** The attention of each layer. */
    public Builder attention(AttentionSpec ofEachLayer) {
      return attention(Collections.nCopies(Math.max(1, layers), ofEachLayer));
    }

    /**
     * The attention of the layers in their order. They store the same tensors; positions, window,
     * scale and cap may differ.
     */
    public Builder attention(List<AttentionSpec> byLayer) {
      attention = List.copyOf(byLayer);
      return this;
    }

    /** The feed-forward block of each layer. */
    public Builder feedForward(FeedForwardSpec ofEachLayer) {
      feedForward = ofEachLayer;
      return this;
    }

    /** The norms in the layers and after the last one. */
    public Builder norm(NormSpec everywhere) {
      norm = everywhere;
      return this;
    }

    /** As {@link #norm(NormSpec)}, in another place of each layer than before its two parts. */
    public Builder norm(NormSpec everywhere, NormPlace inEachLayer) {
      place = inEachLayer;
      return norm(everywhere);
    }

    /**
     * Whether both parts of a layer read the same hidden state, {@code x += attention(norm x) +
     * feedForward(norm x)}; they follow each other if this is not called.
     */
    public Builder parallel(boolean bothAtOnce) {
      parallel = bothAtOnce;
      return this;
    }

    /** Whether a table has a vector for each position; it has none if this is not called. */
    public Builder learnedPositions(boolean table) {
      learnedPositions = table;
      return this;
    }

    /** The constants that multiply values; all are 1 if this is not called. */
    public Builder scales(ScaleSpec constants) {
      scales = constants;
      return this;
    }

    /**
     * Whether the checkpoint holds kernels as {@code [in, out]}; as {@code [out, in]} if this is
     * not called.
     */
    public Builder kernelsAsUsed(boolean inOut) {
      kernelsAsUsed = inOut;
      return this;
    }

    /** Whether the output head is the embedding; it is not if this is not called. */
    public Builder tiedHead(boolean tied) {
      tiedHead = tied;
      return this;
    }

    /** The standard deviation of fresh kernels and tables; 0.02 if this is not called. */
    public Builder initialDeviation(double deviation) {
      initialDeviation = deviation;
      return this;
    }

    /** The id of the token that begins a text; none if this is not called. */
    public Builder bos(int id) {
      bos = OptionalInt.of(id);
      return this;
    }

    /** The id of the token that ends a text; none if this is not called. */
    public Builder eos(int id) {
      eos = OptionalInt.of(id);
      return this;
    }

    /** The names of the tensors in the checkpoint; the usual names if this is not called. */
    public Builder names(TensorNames inCheckpoint) {
      names = inCheckpoint;
      return this;
    }

    /**
     * The description.
     *
     * @throws PalimpsestException if a part is missing, a size is below 1, a tensor has more
     *     numbers than an array holds, or a token is outside the vocabulary
     */
    public DecoderSpec build() {
      DecoderChecks.positive("the vocabulary", vocabulary);
      DecoderChecks.positive("the width", width);
      DecoderChecks.positive("the number of layers", layers);
      DecoderChecks.positive("the number of positions", positions);
      AttentionSpec attends = DecoderChecks.alike(attention, layers);
      NormSpec norms = DecoderChecks.given("norm", norm);
      DecoderChecks.norms(norms, place, parallel);
      FeedForwardSpec feeds = DecoderChecks.given("feed-forward block", feedForward);
      DecoderChecks.token("bos", bos, vocabulary);
      DecoderChecks.token("eos", eos, vocabulary);
      DecoderChecks.size("the vocabulary times the width", vocabulary, width);
      DecoderChecks.size("the feed-forward width times the width", feeds.width(), width);
      long queries =
          DecoderChecks.size(
              "the number of heads times the head size", attends.heads(), attends.headSize());
      DecoderChecks.size("the number of heads times the head size times the width", queries, width);
      return new DecoderSpec(
          new Values(
              vocabulary,
              width,
              layers,
              positions,
              attention,
              feeds,
              norms,
              place,
              parallel,
              learnedPositions,
              scales,
              kernelsAsUsed,
              tiedHead,
              initialDeviation,
              bos,
              eos,
              names));
    }
  }

  /** The number of tokens in the vocabulary. */
  public int vocabulary() {
    return values.vocabulary();
  }

  /** The size of a hidden state. */
  public int width() {
    return values.width();
  }

  /** The number of layers. */
  public int layers() {
    return values.layers();
  }

  /** The longest sequence, in tokens. */
  public int positions() {
    return values.positions();
  }

  /** The attention of the first layer; the others store the same tensors. */
  public AttentionSpec attention() {
    return values.attention().get(0);
  }

  /** The attention of each layer. */
  public List<AttentionSpec> attentionByLayer() {
    return values.attention();
  }

  /** The feed-forward block of each layer. */
  public FeedForwardSpec feedForward() {
    return values.feedForward();
  }

  /** The norms in the layers and after the last one. */
  public NormSpec norm() {
    return values.norm();
  }

  /** Where a layer has norms. */
  public NormPlace normPlace() {
    return values.place();
  }

  /** Whether both parts of a layer read the same hidden state. */
  public boolean isParallel() {
    return values.parallel();
  }

  /** Whether a table has a vector for each position. */
  public boolean hasLearnedPositions() {
    return values.learnedPositions();
  }

  /** The constants that multiply values. */
  public ScaleSpec scales() {
    return values.scales();
  }

  /** Whether the checkpoint holds kernels as {@code [in, out]}. */
  public boolean hasKernelsAsUsed() {
    return values.kernelsAsUsed();
  }

  /** Whether the output head is the embedding. */
  public boolean tiedHead() {
    return values.tiedHead();
  }

  /** The standard deviation of fresh kernels and tables. */
  public double initialDeviation() {
    return values.initialDeviation();
  }

  /** The id of the token that begins a text. */
  public OptionalInt bos() {
    return values.bos();
  }

  /** The id of the token that ends a text. */
  public OptionalInt eos() {
    return values.eos();
  }

  /** The names of the tensors in the checkpoint. */
  public TensorNames names() {
    return values.names();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecoderSpec o && values.equals(o.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The variations that are not the usual ones are named too. */
  @Override
  public String toString() {
    return DecoderText.of(this);
  }
}
