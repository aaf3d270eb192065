package io.github.palimpsest.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.api.tracker.Tracker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackingTest {
  @TempDir Path temp;

  @BeforeEach
  void anOutputFolderWithOneCellUnderWay() throws IOException {
    Files.writeString(
        temp.resolve("plan.json"),
        """
        {"experiment": "toy",
         "cells": [{"id": "c1", "label": "sgd", "recipe": "sgd(lr=0.1)", "seed": 1}]}
        """);
    Files.writeString(
        temp.resolve("stages.json"),
        """
        {"cells": {"c1": {"stages": ["s1"], "rows": ["r0", "r1"]}}}
        """);
    Files.createDirectories(temp.resolve("work/s1"));
    Files.writeString(temp.resolve("work/s1/losses.csv"), "step,loss\n1,2.0\n2,1.0\n");
  }

  @Test
  void what_the_folder_holds_at_the_end_is_shown_before_the_tracker_is_closed() {
    List<String> seen = new ArrayList<>();
    Tracking tracking = new Tracking(temp, List.of(new Listed(seen)), seen::add);
    try (tracking) {
      tracking.begin();
    }
    assertThat(tracking.upToDate()).isTrue();
    assertThat(seen).contains("toy: c1 RUNNING at step 2").endsWith("closed");
  }

  @Test
  void a_server_that_is_down_is_told_and_fails_nothing() throws IOException {
    List<String> told = new ArrayList<>();
    String uri;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      uri = "http://127.0.0.1:" + unused.getLocalPort();
    }
    List<String> seen = new ArrayList<>();
    Tracking tracking =
        new Tracking(temp, List.of(new MlflowServer(uri), new Listed(seen)), told::add);
    try (tracking) {
      tracking.begin();
    }
    assertThat(tracking.upToDate()).isFalse();
    assertThat(told).isNotEmpty();
    assertThat(told.get(told.size() - 1))
        .startsWith("MLflow at " + uri + " is not up to date: ")
        .endsWith("'watch DIR' with the same option makes up for it");
    assertThat(seen).as("the other tracker").contains("toy: c1 RUNNING at step 2");
  }

  /** Fails with whatever it is given. */
  private record Failing(Error thrown) implements Tracker {
    @Override
    public String target() {
      return "http://me:s3cret@host";
    }

    @Override
    public void show(TrackedExperiment experiment) {
      throw thrown;
    }

    @Override
    public void close() {
      throw thrown;
    }
  }

  @Test
  void a_tracker_that_throws_an_error_is_told_without_its_password_and_fails_nothing() {
    List<String> told = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    Tracker failing = new Failing(new StackOverflowError("of http://me:s3cret@host"));
    try (Tracking tracking = new Tracking(temp, List.of(failing, new Listed(seen)), told::add)) {
      tracking.begin();
    }
    assertThat(told).isNotEmpty().allSatisfy(line -> assertThat(line).doesNotContain("s3cret"));
    assertThat(told.get(0)).startsWith("http://***@host is not up to date: of http://***@host");
    assertThat(seen).as("the other tracker").contains("toy: c1 RUNNING at step 2", "closed");
  }

  /** Notes what it is shown. */
  private record Listed(List<String> seen) implements Tracker {
    @Override
    public String target() {
      return "a list";
    }

    @Override
    public void show(TrackedExperiment experiment) {
      for (TrackedCell c : experiment.cells()) {
        seen.add(experiment.name() + ": " + c.id() + " " + c.state() + " at step " + c.lastStep());
      }
    }

    @Override
    public void close() {
      seen.add("closed");
    }
  }
}
