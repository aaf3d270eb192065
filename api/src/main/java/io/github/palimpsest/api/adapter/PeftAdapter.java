package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An adapter as Hugging Face PEFT keeps it, outside any file.
 *
 * @param config the keys of {@code adapter_config.json} whose value is not null: text, numbers,
 *     flags, and lists and maps of these
 * @param tensors what {@code adapter_model.safetensors} holds, matrices {@code [out, in]}
 */
@Experimental(since = "0.1")
public record PeftAdapter(SortedMap<String, Object> config, WeightSnapshot tensors) {
  /** Copies the keys. */
  public PeftAdapter {
    config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
  }
}
