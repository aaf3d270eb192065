package io.github.palimpsest.llm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubCacheTest {
  @TempDir Path root;

  private Path model;

  @BeforeEach
  void twoSnapshotsWhoseFilesAreLinks() throws IOException {
    model = root.resolve("models--org--small-1.5");
    Files.createDirectories(model.resolve("blobs"));
    Files.writeString(model.resolve("blobs/b1"), "{}");
    for (String hash : new String[] {"aaa", "bbb"}) {
      Path snapshot = Files.createDirectories(model.resolve("snapshots/" + hash));
      Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/b1"));
    }
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), "bbb\n");
  }

  @Test
  void a_folder_of_the_cache_is_the_snapshot_that_main_names() throws IOException {
    assertThat(HubCache.snapshot(model)).isEqualTo(model.resolve("snapshots/bbb"));
    assertThat(HubCache.snapshot(model.resolve("snapshots/aaa")))
        .as("a snapshot is itself")
        .isEqualTo(model.resolve("snapshots/aaa"));
    Files.delete(model.resolve("refs/main"));
    assertThatThrownBy(() -> HubCache.snapshot(model))
        .hasMessageContaining("has 2 snapshots and no refs/main; name the folder of one");
    Files.writeString(model.resolve("refs/main"), "../../elsewhere");
    assertThatThrownBy(() -> HubCache.snapshot(model))
        .hasMessageContaining("names snapshot '../../elsewhere', which is not in");
  }

  @Test
  void a_repository_is_found_by_its_name() throws IOException {
    HubCache cache = new HubCache(root);
    Path data = Files.createDirectories(root.resolve("datasets--org--d/snapshots/ccc/data"));
    Files.writeString(data.resolve("train.jsonl"), "{}");
    assertThat(cache.find(HubCache.Kind.MODELS, "org/small-1.5"))
        .contains(model.resolve("snapshots/bbb"));
    assertThat(cache.find(HubCache.Kind.DATASETS, "org/d/data/train.jsonl"))
        .as("the only snapshot")
        .contains(data.resolve("train.jsonl"));
    assertThat(cache.find(HubCache.Kind.DATASETS, "org/d/../../../x")).isEmpty();
    assertThat(cache.find(HubCache.Kind.DATASETS, "org/small-1.5")).isEmpty();
    assertThat(cache.find(HubCache.Kind.MODELS, "org")).isEmpty();
    assertThat(cache.find(HubCache.Kind.MODELS, "../small-1.5")).isEmpty();
  }

  @Test
  void the_environment_names_the_cache_as_for_huggingface_hub() {
    Path home = Path.of("home");
    assertThat(HubCache.of(Map.of("HF_HUB_CACHE", "c", "HF_HOME", "h"), home).root())
        .isEqualTo(Path.of("c"));
    assertThat(HubCache.of(Map.of("HF_HOME", "h"), home).root()).isEqualTo(Path.of("h/hub"));
    assertThat(HubCache.of(Map.of("XDG_CACHE_HOME", "x"), home).root())
        .isEqualTo(Path.of("x/huggingface/hub"));
    assertThat(HubCache.of(Map.of(), home).root())
        .isEqualTo(Path.of("home/.cache/huggingface/hub"));
  }
}
