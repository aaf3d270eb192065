package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The content of an adapter of Hugging Face PEFT, in memory. */
@Experimental(since = "0.1")
public final class PeftAdapter {
  private final SortedMap<String, Object> config;
  private final WeightSnapshot tensors;

  private PeftAdapter(SortedMap<String, Object> config, WeightSnapshot tensors) {
    this.config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
    this.tensors = tensors;
  }

  /**
   * An adapter of these parts.
   *
   * @param config as in {@link #config()}; copied
   * @param tensors as in {@link #tensors()}
   */
  public static PeftAdapter of(SortedMap<String, Object> config, WeightSnapshot tensors) {
    return new PeftAdapter(config, tensors);
  }

  /**
   * The keys of {@code adapter_config.json} whose value is not null: text, numbers, flags, and
   * lists and maps of these.
   */
  public SortedMap<String, Object> config() {
    return config;
  }

  /** The content of {@code adapter_model.safetensors}, matrices {@code [out, in]}. */
  public WeightSnapshot tensors() {
    return tensors;
  }
}
