// Generated from the migrations by `deno task types`; not edited by hand.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "fleet": {
    Tables: {
      "incidents": {
        Row: {
          "alert_request": number | null;
          "alert_sent_at": string | null;
          "alert_state": string | null;
          "alert_taken_at": string | null;
          "alert_tries": number;
          "began_at": string;
          "ended_at": string | null;
          "id": number;
          "kind": string;
          "reason": string;
          "told_at": string;
        };
        ComputedFields: never;
        Insert: {
          "alert_request"?: number | null;
          "alert_sent_at"?: string | null;
          "alert_state"?: string | null;
          "alert_taken_at"?: string | null;
          "alert_tries"?: number;
          "began_at": string;
          "ended_at"?: string | null;
          "id"?: never;
          "kind": string;
          "reason": string;
          "told_at": string;
        };
        Update: {
          "alert_request"?: number | null;
          "alert_sent_at"?: string | null;
          "alert_state"?: string | null;
          "alert_taken_at"?: string | null;
          "alert_tries"?: number;
          "began_at"?: string;
          "ended_at"?: string | null;
          "id"?: never;
          "kind"?: string;
          "reason"?: string;
          "told_at"?: string;
        };
        Relationships: [];
      };
      "kept_runs": {
        Row: {
          "engine": string;
          "engine_version": number;
          "input": NonNullable<Json>;
          "kept_at": string;
          "org_id": string;
          "result": NonNullable<Json>;
          "run_id": string;
          "search_type": string;
          "time_up": NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          "engine": string;
          "engine_version": number;
          "input": NonNullable<Json>;
          "kept_at"?: string;
          "org_id": string;
          "result": NonNullable<Json>;
          "run_id": string;
          "search_type": string;
          "time_up": NonNullable<Json>;
        };
        Update: {
          "engine"?: string;
          "engine_version"?: number;
          "input"?: NonNullable<Json>;
          "kept_at"?: string;
          "org_id"?: string;
          "result"?: NonNullable<Json>;
          "run_id"?: string;
          "search_type"?: string;
          "time_up"?: NonNullable<Json>;
        };
        Relationships: [];
      };
      "last_sweep": {
        Row: {
          "only_row": boolean;
          "reclaimed": number;
          "swept_at": string;
        };
        ComputedFields: never;
        Insert: {
          "only_row"?: boolean;
          "reclaimed": number;
          "swept_at": string;
        };
        Update: {
          "only_row"?: boolean;
          "reclaimed"?: number;
          "swept_at"?: string;
        };
        Relationships: [];
      };
      "request_limits": {
        Row: {
          "id": number;
          "org_id": string | null;
          "per_minute_and_org": number;
          "per_minute_and_user": number;
          "unfinished_per_org": number;
        };
        ComputedFields: never;
        Insert: {
          "id"?: never;
          "org_id"?: string | null;
          "per_minute_and_org"?: number;
          "per_minute_and_user"?: number;
          "unfinished_per_org"?: number;
        };
        Update: {
          "id"?: never;
          "org_id"?: string | null;
          "per_minute_and_org"?: number;
          "per_minute_and_user"?: number;
          "unfinished_per_org"?: number;
        };
        Relationships: [];
      };
      "search_jobs": {
        Row: {
          "created_at": string;
          "error_code": string | null;
          "error_message": string | null;
          "finished_at": string | null;
          "id": number;
          "input": Json | null;
          "max_concurrent_blocks": number;
          "org_id": string;
          "paused": string;
          "paused_at": string | null;
          "priority": number;
          "requested_by": string | null;
          "run_id": string;
          "search_type": string;
          "started_at": string | null;
          "status": Database["fleet"]["Enums"]["job_status"];
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: never;
          "input"?: Json | null;
          "max_concurrent_blocks"?: number;
          "org_id": string;
          "paused"?: string;
          "paused_at"?: string | null;
          "priority"?: number;
          "requested_by"?: string | null;
          "run_id": string;
          "search_type": string;
          "started_at"?: string | null;
          "status"?: Database["fleet"]["Enums"]["job_status"];
        };
        Update: {
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: never;
          "input"?: Json | null;
          "max_concurrent_blocks"?: number;
          "org_id"?: string;
          "paused"?: string;
          "paused_at"?: string | null;
          "priority"?: number;
          "requested_by"?: string | null;
          "run_id"?: string;
          "search_type"?: string;
          "started_at"?: string | null;
          "status"?: Database["fleet"]["Enums"]["job_status"];
        };
        Relationships: [
          {
            foreignKeyName: "search_jobs_search_type_fkey";
            columns: ["search_type"];
            isOneToOne: false;
            referencedRelation: "search_types";
            referencedColumns: ["search_type"];
          },
        ];
      };
      "search_types": {
        Row: {
          "busy_seconds": number;
          "enabled": boolean;
          "function_name": string;
          "gives_up_blocks": boolean;
          "lease_seconds": number;
          "max_attempts": number;
          "max_concurrent_blocks": number;
          "max_concurrent_jobs": number;
          "metrics_every": number;
          "priority": number;
          "queue_time_to_live_seconds": number | null;
          "run_table": string | null;
          "search_type": string;
          "time_to_live_seconds": number | null;
        };
        ComputedFields: never;
        Insert: {
          "busy_seconds"?: number;
          "enabled"?: boolean;
          "function_name": string;
          "gives_up_blocks"?: boolean;
          "lease_seconds"?: number;
          "max_attempts"?: number;
          "max_concurrent_blocks"?: number;
          "max_concurrent_jobs"?: number;
          "metrics_every"?: number;
          "priority"?: number;
          "queue_time_to_live_seconds"?: number | null;
          "run_table"?: string | null;
          "search_type": string;
          "time_to_live_seconds"?: number | null;
        };
        Update: {
          "busy_seconds"?: number;
          "enabled"?: boolean;
          "function_name"?: string;
          "gives_up_blocks"?: boolean;
          "lease_seconds"?: number;
          "max_attempts"?: number;
          "max_concurrent_blocks"?: number;
          "max_concurrent_jobs"?: number;
          "metrics_every"?: number;
          "priority"?: number;
          "queue_time_to_live_seconds"?: number | null;
          "run_table"?: string | null;
          "search_type"?: string;
          "time_to_live_seconds"?: number | null;
        };
        Relationships: [];
      };
      "sweeper_calls": {
        Row: {
          "first_called_at": string;
          "only_row": boolean;
          "requests": (number)[];
        };
        ComputedFields: never;
        Insert: {
          "first_called_at": string;
          "only_row"?: boolean;
          "requests": (number)[];
        };
        Update: {
          "first_called_at"?: string;
          "only_row"?: boolean;
          "requests"?: (number)[];
        };
        Relationships: [];
      };
      "turns": {
        Row: {
          "last_turn": number;
          "org_id": string;
          "search_type": string;
        };
        ComputedFields: never;
        Insert: {
          "last_turn": number;
          "org_id": string;
          "search_type": string;
        };
        Update: {
          "last_turn"?: number;
          "org_id"?: string;
          "search_type"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "turns_search_type_fkey";
            columns: ["search_type"];
            isOneToOne: false;
            referencedRelation: "search_types";
            referencedColumns: ["search_type"];
          },
        ];
      };
      "work_blocks": {
        Row: {
          "attempts": number;
          "block_number": number;
          "busy": string;
          "checkpoint": Json | null;
          "claim_token": string | null;
          "claimed_at": string | null;
          "claimed_by": string | null;
          "cpu_ms": number;
          "created_at": string;
          "error_code": string | null;
          "error_message": string | null;
          "finished_at": string | null;
          "heartbeat_at": string | null;
          "id": number;
          "lease_seconds": number | null;
          "not_before": string;
          "search_job_id": number;
          "slices": number;
          "status": Database["fleet"]["Enums"]["block_status"];
          "worked": string;
        };
        ComputedFields: never;
        Insert: {
          "attempts"?: number;
          "block_number": number;
          "busy"?: string;
          "checkpoint"?: Json | null;
          "claim_token"?: string | null;
          "claimed_at"?: string | null;
          "claimed_by"?: string | null;
          "cpu_ms"?: number;
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "heartbeat_at"?: string | null;
          "id"?: never;
          "lease_seconds"?: number | null;
          "not_before"?: string;
          "search_job_id": number;
          "slices"?: number;
          "status"?: Database["fleet"]["Enums"]["block_status"];
          "worked"?: string;
        };
        Update: {
          "attempts"?: number;
          "block_number"?: number;
          "busy"?: string;
          "checkpoint"?: Json | null;
          "claim_token"?: string | null;
          "claimed_at"?: string | null;
          "claimed_by"?: string | null;
          "cpu_ms"?: number;
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "heartbeat_at"?: string | null;
          "id"?: never;
          "lease_seconds"?: number | null;
          "not_before"?: string;
          "search_job_id"?: number;
          "slices"?: number;
          "status"?: Database["fleet"]["Enums"]["block_status"];
          "worked"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "work_blocks_claimed_by_fkey";
            columns: ["claimed_by"];
            isOneToOne: false;
            referencedRelation: "workers";
            referencedColumns: ["worker_id"];
          },
          {
            foreignKeyName: "work_blocks_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "search_jobs";
            referencedColumns: ["id"];
          },
        ];
      };
      "workers": {
        Row: {
          "block_id": number | null;
          "last_heartbeat": string;
          "pending_command": string | null;
          "search_type": string;
          "started_at": string;
          "worker_id": string;
        };
        ComputedFields: never;
        Insert: {
          "block_id"?: number | null;
          "last_heartbeat"?: string;
          "pending_command"?: string | null;
          "search_type": string;
          "started_at"?: string;
          "worker_id": string;
        };
        Update: {
          "block_id"?: number | null;
          "last_heartbeat"?: string;
          "pending_command"?: string | null;
          "search_type"?: string;
          "started_at"?: string;
          "worker_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "workers_search_type_fkey";
            columns: ["search_type"];
            isOneToOne: false;
            referencedRelation: "search_types";
            referencedColumns: ["search_type"];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      "begin_job": { Args: { "p_job_id": number }; Returns: number };
      "call_sweeper": { Args: Record<PropertyKey, never>; Returns: number };
      "calls_needed": { Args: { "p_search_type": string }; Returns: number };
      "cancel_job": { Args: { "p_run_id": string; "p_search_type": string }; Returns: boolean };
      "check_request_limits": {
        Args: { "p_org_id": string; "p_search_type": string; "p_user_id": string };
        Returns: undefined;
      };
      "checkpoint_block": {
        Args: { "p_checkpoint": Json; "p_claim_token": string; "p_slice": Json };
        Returns: undefined;
      };
      "claim_next_block": {
        Args: { "p_lease_seconds"?: number; "p_search_type": string; "p_worker_id": string };
        Returns: {
          "attempt": number;
          "block_id": number;
          "block_number": number;
          "checkpoint": Json;
          "claim_token": string;
          "input": Json;
          "job_id": number;
          "last_call_ms": number;
          "org_id": string;
          "run_id": string;
          "slice": number;
          "started_at": string;
        }[];
      };
      "claim_work_block": {
        Args: { "p_job_id": number; "p_lease_seconds"?: number; "p_worker_id": string };
        Returns: string;
      };
      "claimed_org_id": { Args: { "p_search_type"?: string }; Returns: string };
      "cut_anew": {
        Args: { "p_blocks": number; "p_from": number; "p_job_id": number };
        Returns: boolean;
      };
      "end_job": {
        Args: {
          "p_error_code": string;
          "p_error_message": string;
          "p_job_id": number;
          "p_status": Database["fleet"]["Enums"]["job_status"];
        };
        Returns: boolean;
      };
      "end_overdue_job": {
        Args: { "p_code": string; "p_job_id": number; "p_message": string };
        Returns: number;
      };
      "end_overdue_jobs": { Args: Record<PropertyKey, never>; Returns: number };
      "enqueue_job": {
        Args: {
          "p_blocks"?: number;
          "p_concurrent_blocks"?: number;
          "p_org_id": string;
          "p_priority"?: number;
          "p_run_id": string;
          "p_search_type": string;
        };
        Returns: number;
      };
      "fail_claimed_job": {
        Args: {
          "p_claim_token": string;
          "p_context": Json;
          "p_error_code": string;
          "p_error_message": string;
        };
        Returns: undefined;
      };
      "finish_block": { Args: { "p_claim_token": string }; Returns: undefined };
      "finish_lent_block": { Args: { "p_block_id": number }; Returns: boolean };
      "give_up_block": {
        Args: { "p_block_id": number; "p_error_code": string; "p_error_message": string };
        Returns: undefined;
      };
      "give_up_overdue": { Args: { "p_block_id": number }; Returns: number };
      "has_ready_work": { Args: { "p_search_type": string }; Returns: boolean };
      "hold_claim": {
        Args: { "p_claim_token": string };
        Returns: {
          "block_id": number;
          "job_id": number;
          "org_id": string;
          "run_id": string;
        }[];
      };
      "hold_claim_on": {
        Args: { "p_claim_token": string; "p_search_type": string };
        Returns: {
          "block_id": number;
          "block_number": number;
          "org_id": string;
          "run_id": string;
        }[];
      };
      "keep_run": {
        Args: {
          "p_claim_token": string;
          "p_engine": string;
          "p_result": Json;
          "p_time_up": Json;
          "p_version": number;
        };
        Returns: undefined;
      };
      "lend_block": { Args: { "p_block_id": number; "p_until": string }; Returns: boolean };
      "next_calls": {
        Args: { "p_search_type": string };
        Returns: {
          "calls": number;
          "function_name": string;
        }[];
      };
      "next_job": { Args: { "p_except"?: (number)[]; "p_search_type": string }; Returns: number };
      "note_sweeper_call": { Args: { "p_request": number }; Returns: undefined };
      "pause_job": {
        Args: { "p_pause": boolean; "p_run_id": string; "p_search_type": string };
        Returns: boolean;
      };
      "reclaim_block": {
        Args: { "p_block_id": number; "p_stale_seconds": number };
        Returns: number;
      };
      "reclaim_stale_blocks": {
        Args: { "p_search_type"?: string; "p_stale_seconds": number };
        Returns: number;
      };
      "record_slice": { Args: { "p_claim_token": string; "p_slice": Json }; Returns: undefined };
      "record_sweep": { Args: { "p_reclaimed": number }; Returns: undefined };
      "release_block": {
        Args: {
          "p_busy": boolean;
          "p_claim_token": string;
          "p_context": Json;
          "p_message": string;
        };
        Returns: undefined;
      };
      "repeat_alerts": { Args: Record<PropertyKey, never>; Returns: number };
      "repeat_run": { Args: { "p_run": string; "p_run_table": unknown }; Returns: string };
      "requeue_run": {
        Args: { "p_run": string };
        Returns: {
          "kind": string;
          "outcome": string;
          "run_id": string;
        }[];
      };
      "run_costs": { Args: { "p_run_id": string }; Returns: Json };
      "save_input": { Args: { "p_claim_token": string; "p_input": Json }; Returns: undefined };
      "seconds_until_free": { Args: { "p_limit": number; "p_times": (string)[] }; Returns: number };
      "send_alert": {
        Args: {
          "p_incident": Omit<
            Database["fleet"]["Tables"]["incidents"]["Row"],
            Database["fleet"]["Tables"]["incidents"]["ComputedFields"]
          >;
          "p_state": string;
        };
        Returns: number;
      };
      "settle_job": { Args: { "p_job_id": number }; Returns: undefined };
      "start_afresh": {
        Args: { "p_claim_token": string; "p_input_too": boolean; "p_why": string };
        Returns: undefined;
      };
      "sweep": {
        Args: Record<PropertyKey, never>;
        Returns: {
          "calls": number;
          "function_name": string;
          "reclaimed": number;
          "search_type": string;
        }[];
      };
      "sweeper_trouble": { Args: Record<PropertyKey, never>; Returns: string };
      "tell_incident": {
        Args: {
          "p_incident": Omit<
            Database["fleet"]["Tables"]["incidents"]["Row"],
            Database["fleet"]["Tables"]["incidents"]["ComputedFields"]
          >;
          "p_state": string;
        };
        Returns: undefined;
      };
      "time_paused": { Args: { "p_run_id": string; "p_search_type": string }; Returns: string };
      "watch_sweeper": { Args: Record<PropertyKey, never>; Returns: string };
      "worker_heartbeat": {
        Args: { "p_claim_token": string; "p_worker_id": string };
        Returns: string;
      };
      "yields": { Args: { "p_search_type": string }; Returns: boolean };
    };
    Enums: {
      "block_status": "PENDING" | "CLAIMED" | "DONE" | "ABANDONED";
      "job_status": "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  "planner": {
    Tables: {
      [_ in never]: never;
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      "also_positions": { Args: { "p_options": Json }; Returns: (string)[] };
      "apply_changes": { Args: { "p_planner_run": string }; Returns: undefined };
      "commit_infeasible": {
        Args: { "p_claim_token": string; "p_message": string; "p_result": Json };
        Returns: undefined;
      };
      "commit_run": {
        Args: {
          "p_claim_token": string;
          "p_lines": Json;
          "p_locked": (string)[];
          "p_plan": Json;
          "p_result": Json;
          "p_term_weeks": (number)[];
        };
        Returns: undefined;
      };
      "dated_lines": { Args: { "p_lines": Json; "p_planner_run": string }; Returns: Json };
      "existing_lines": {
        Args: { "p_allocation_run": string; "p_at_stake": (string)[] };
        Returns: Json;
      };
      "keep_held_lines": {
        Args: { "p_planner_run": string; "p_removed": (string)[] };
        Returns: undefined;
      };
      "load_run": { Args: { "p_planner_run": string }; Returns: Json };
      "note_line_changes": { Args: { "p_before": Json; "p_planner_run": string }; Returns: Json };
      "require_accepted": {
        Args: { "p_lines": (string)[]; "p_planner_run": string };
        Returns: undefined;
      };
      "require_as_begun": {
        Args: {
          "p_locked": (string)[];
          "p_plan": Json;
          "p_run": Omit<
            Database["public"]["Tables"]["allocation_planner_runs"]["Row"],
            Database["public"]["Tables"]["allocation_planner_runs"]["ComputedFields"]
          >;
          "p_term_weeks": (number)[];
        };
        Returns: undefined;
      };
      "require_as_previewed": {
        Args: {
          "p_lines": Json;
          "p_removed": (string)[];
          "p_run": Omit<
            Database["public"]["Tables"]["allocation_planner_runs"]["Row"],
            Database["public"]["Tables"]["allocation_planner_runs"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      "require_frozen": {
        Args: { "p_lines": Json; "p_removed": (string)[]; "p_terms": number };
        Returns: undefined;
      };
      "require_posts": {
        Args: { "p_mode": string; "p_planner_run": string; "p_terms"?: number };
        Returns: undefined;
      };
      "result_lines": { Args: { "p_planner_run": string }; Returns: Json };
      "run_fingerprint": {
        Args: { "p_allocation_run": string; "p_also"?: (string)[] };
        Returns: string;
      };
      "run_positions": {
        Args: { "p_allocation_run": string; "p_also"?: (string)[] };
        Returns: Json;
      };
      "run_six_month_terms": {
        Args: { "p_allocation_run": string; "p_also"?: (string)[] };
        Returns: Json;
      };
      "save_constraints": { Args: { "p_planner_run": string }; Returns: undefined };
      "write_lines": {
        Args: {
          "p_lines": Json;
          "p_mode": string;
          "p_planner_run": string;
          "p_removed": (string)[];
        };
        Returns: Json;
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  "public": {
    Tables: {
      "affinity_profiles": {
        Row: {
          "created_at": string;
          "description": string;
          "id": string;
          "name": string;
          "org_id": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "description"?: string;
          "id"?: string;
          "name": string;
          "org_id"?: string | null;
          "version": number;
        };
        Update: {
          "created_at"?: string;
          "description"?: string;
          "id"?: string;
          "name"?: string;
          "org_id"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "affinity_profiles_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "affinity_profiles_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "affinity_weights": {
        Row: {
          "profile": string;
          "specialty_a": string;
          "specialty_b": string;
          "weight": number;
        };
        ComputedFields: never;
        Insert: {
          "profile": string;
          "specialty_a": string;
          "specialty_b": string;
          "weight": number;
        };
        Update: {
          "profile"?: string;
          "specialty_a"?: string;
          "specialty_b"?: string;
          "weight"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "affinity_weights_profile_fkey";
            columns: ["profile"];
            isOneToOne: false;
            referencedRelation: "affinity_profiles";
            referencedColumns: ["id"];
          },
        ];
      };
      "agent_approvals": {
        Row: {
          "action": string;
          "decided_at": string | null;
          "decided_by": string | null;
          "id": number;
          "org_id": string;
          "outcome": Json | null;
          "params": NonNullable<Json>;
          "reason": string | null;
          "requested_at": string;
          "status": string;
          "summary": string;
          "task_id": number;
        };
        ComputedFields: never;
        Insert: {
          "action": string;
          "decided_at"?: string | null;
          "decided_by"?: string | null;
          "id"?: never;
          "org_id": string;
          "outcome"?: Json | null;
          "params": NonNullable<Json>;
          "reason"?: string | null;
          "requested_at"?: string;
          "status"?: string;
          "summary": string;
          "task_id": number;
        };
        Update: {
          "action"?: string;
          "decided_at"?: string | null;
          "decided_by"?: string | null;
          "id"?: never;
          "org_id"?: string;
          "outcome"?: Json | null;
          "params"?: NonNullable<Json>;
          "reason"?: string | null;
          "requested_at"?: string;
          "status"?: string;
          "summary"?: string;
          "task_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "agent_approvals_org_id_task_id_fkey";
            columns: ["org_id", "task_id"];
            isOneToOne: false;
            referencedRelation: "agent_tasks";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "agent_budgets": {
        Row: {
          "budget_usd": number;
          "org_id": string;
          "period": string;
          "period_start": string;
          "spent_usd": number;
          "tokens_used": number;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "budget_usd": number;
          "org_id": string;
          "period": string;
          "period_start": string;
          "spent_usd"?: number;
          "tokens_used"?: number;
          "updated_at"?: string;
        };
        Update: {
          "budget_usd"?: number;
          "org_id"?: string;
          "period"?: string;
          "period_start"?: string;
          "spent_usd"?: number;
          "tokens_used"?: number;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "agent_budgets_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "agent_budgets_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "agent_events": {
        Row: {
          "agent": string;
          "created_at": string;
          "detail": NonNullable<Json>;
          "duration_ms": number | null;
          "event_type": string;
          "id": number;
          "input_tokens": number | null;
          "org_id": string;
          "output_tokens": number | null;
          "summary": string;
          "task_id": number;
          "tool_name": string | null;
        };
        ComputedFields: never;
        Insert: {
          "agent"?: string;
          "created_at"?: string;
          "detail"?: NonNullable<Json>;
          "duration_ms"?: number | null;
          "event_type": string;
          "id"?: never;
          "input_tokens"?: number | null;
          "org_id": string;
          "output_tokens"?: number | null;
          "summary": string;
          "task_id": number;
          "tool_name"?: string | null;
        };
        Update: {
          "agent"?: string;
          "created_at"?: string;
          "detail"?: NonNullable<Json>;
          "duration_ms"?: number | null;
          "event_type"?: string;
          "id"?: never;
          "input_tokens"?: number | null;
          "org_id"?: string;
          "output_tokens"?: number | null;
          "summary"?: string;
          "task_id"?: number;
          "tool_name"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "agent_events_org_id_task_id_fkey";
            columns: ["org_id", "task_id"];
            isOneToOne: false;
            referencedRelation: "agent_tasks";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "agent_handler_runs": {
        Row: {
          "created_at": string;
          "error_code": string | null;
          "error_message": string | null;
          "finished_at": string | null;
          "id": string;
          "org_id": string;
          "requested_by": string | null;
          "started_at": string | null;
          "status": string;
          "task_id": number;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "org_id": string;
          "requested_by"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
          "task_id": number;
          "updated_at"?: string;
        };
        Update: {
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "org_id"?: string;
          "requested_by"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
          "task_id"?: number;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "agent_handler_runs_org_id_task_id_fkey";
            columns: ["org_id", "task_id"];
            isOneToOne: false;
            referencedRelation: "agent_tasks";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "agent_memory": {
        Row: {
          "agent": string;
          "category": string;
          "created_at": string;
          "created_by_task": number | null;
          "id": number;
          "key": string;
          "org_id": string;
          "updated_at": string;
          "value": string;
        };
        ComputedFields: never;
        Insert: {
          "agent"?: string;
          "category"?: string;
          "created_at"?: string;
          "created_by_task"?: number | null;
          "id"?: never;
          "key": string;
          "org_id": string;
          "updated_at"?: string;
          "value": string;
        };
        Update: {
          "agent"?: string;
          "category"?: string;
          "created_at"?: string;
          "created_by_task"?: number | null;
          "id"?: never;
          "key"?: string;
          "org_id"?: string;
          "updated_at"?: string;
          "value"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "agent_memory_org_id_created_by_task_fkey";
            columns: ["org_id", "created_by_task"];
            isOneToOne: false;
            referencedRelation: "agent_tasks";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "agent_memory_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "agent_memory_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "agent_permissions": {
        Row: {
          "action": string;
          "allowed": boolean;
          "max_cost_usd": number | null;
          "org_id": string;
          "requires_approval": boolean;
          "role_name": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "action": string;
          "allowed"?: boolean;
          "max_cost_usd"?: number | null;
          "org_id": string;
          "requires_approval"?: boolean;
          "role_name": string;
          "updated_at"?: string;
        };
        Update: {
          "action"?: string;
          "allowed"?: boolean;
          "max_cost_usd"?: number | null;
          "org_id"?: string;
          "requires_approval"?: boolean;
          "role_name"?: string;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "agent_permissions_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "agent_permissions_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "agent_permissions_role_name_fkey";
            columns: ["role_name"];
            isOneToOne: false;
            referencedRelation: "agent_roles";
            referencedColumns: ["name"];
          },
        ];
      };
      "agent_roles": {
        Row: {
          "default_max_cost_usd": number;
          "default_model": string | null;
          "default_permission_level": number;
          "description": string;
          "domains": NonNullable<Json>;
          "name": string;
          "system_prompt": string;
        };
        ComputedFields: never;
        Insert: {
          "default_max_cost_usd"?: number;
          "default_model"?: string | null;
          "default_permission_level"?: number;
          "description": string;
          "domains"?: NonNullable<Json>;
          "name": string;
          "system_prompt"?: string;
        };
        Update: {
          "default_max_cost_usd"?: number;
          "default_model"?: string | null;
          "default_permission_level"?: number;
          "description"?: string;
          "domains"?: NonNullable<Json>;
          "name"?: string;
          "system_prompt"?: string;
        };
        Relationships: [];
      };
      "agent_schedules": {
        Row: {
          "action_type": string;
          "cron_expr": string | null;
          "description": string;
          "enabled": boolean;
          "event_filter": Json | null;
          "fire_count": number;
          "handler": string | null;
          "id": number;
          "last_checked_at": string;
          "last_fired_at": string | null;
          "max_cost_usd": number | null;
          "name": string;
          "org_id": string;
          "params": NonNullable<Json>;
          "permission_level": number;
          "priority": string;
          "role_name": string | null;
          "task_description": string | null;
          "task_title": string | null;
          "template_name": string | null;
          "trigger_type": string;
        };
        ComputedFields: never;
        Insert: {
          "action_type": string;
          "cron_expr"?: string | null;
          "description"?: string;
          "enabled"?: boolean;
          "event_filter"?: Json | null;
          "fire_count"?: number;
          "handler"?: string | null;
          "id"?: never;
          "last_checked_at"?: string;
          "last_fired_at"?: string | null;
          "max_cost_usd"?: number | null;
          "name": string;
          "org_id": string;
          "params"?: NonNullable<Json>;
          "permission_level"?: number;
          "priority"?: string;
          "role_name"?: string | null;
          "task_description"?: string | null;
          "task_title"?: string | null;
          "template_name"?: string | null;
          "trigger_type": string;
        };
        Update: {
          "action_type"?: string;
          "cron_expr"?: string | null;
          "description"?: string;
          "enabled"?: boolean;
          "event_filter"?: Json | null;
          "fire_count"?: number;
          "handler"?: string | null;
          "id"?: never;
          "last_checked_at"?: string;
          "last_fired_at"?: string | null;
          "max_cost_usd"?: number | null;
          "name"?: string;
          "org_id"?: string;
          "params"?: NonNullable<Json>;
          "permission_level"?: number;
          "priority"?: string;
          "role_name"?: string | null;
          "task_description"?: string | null;
          "task_title"?: string | null;
          "template_name"?: string | null;
          "trigger_type"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "agent_schedules_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "agent_schedules_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "agent_schedules_role_name_fkey";
            columns: ["role_name"];
            isOneToOne: false;
            referencedRelation: "agent_roles";
            referencedColumns: ["name"];
          },
        ];
      };
      "agent_task_deps": {
        Row: {
          "depends_on": number;
          "org_id": string;
          "task_id": number;
        };
        ComputedFields: never;
        Insert: {
          "depends_on": number;
          "org_id": string;
          "task_id": number;
        };
        Update: {
          "depends_on"?: number;
          "org_id"?: string;
          "task_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "agent_task_deps_org_id_depends_on_fkey";
            columns: ["org_id", "depends_on"];
            isOneToOne: false;
            referencedRelation: "agent_tasks";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "agent_task_deps_org_id_task_id_fkey";
            columns: ["org_id", "task_id"];
            isOneToOne: false;
            referencedRelation: "agent_tasks";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "agent_tasks": {
        Row: {
          "agent_model": string | null;
          "assigned_agent": string | null;
          "attempts": number;
          "claim_token": string | null;
          "completed_at": string | null;
          "cost_usd": number;
          "created_at": string;
          "deadline": string | null;
          "description": string;
          "error": string | null;
          "error_code": string | null;
          "handler": string | null;
          "id": number;
          "idempotency_key": string | null;
          "lease_until": string | null;
          "max_cost_usd": number | null;
          "on_child_failure": string;
          "org_id": string;
          "params": NonNullable<Json>;
          "parent_task_id": number | null;
          "permission_level": number;
          "priority": string;
          "request": Json | null;
          "requested_by": string | null;
          "result": Json | null;
          "role_name": string | null;
          "schedule_id": number | null;
          "source": string;
          "started_at": string | null;
          "status": string;
          "template_name": string | null;
          "timeout_secs": number;
          "title": string;
          "tokens_used": number;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "agent_model"?: string | null;
          "assigned_agent"?: string | null;
          "attempts"?: number;
          "claim_token"?: string | null;
          "completed_at"?: string | null;
          "cost_usd"?: number;
          "created_at"?: string;
          "deadline"?: string | null;
          "description"?: string;
          "error"?: string | null;
          "error_code"?: string | null;
          "handler"?: string | null;
          "id"?: never;
          "idempotency_key"?: string | null;
          "lease_until"?: string | null;
          "max_cost_usd"?: number | null;
          "on_child_failure"?: string;
          "org_id": string;
          "params"?: NonNullable<Json>;
          "parent_task_id"?: number | null;
          "permission_level"?: number;
          "priority"?: string;
          "request"?: Json | null;
          "requested_by"?: string | null;
          "result"?: Json | null;
          "role_name"?: string | null;
          "schedule_id"?: number | null;
          "source"?: string;
          "started_at"?: string | null;
          "status"?: string;
          "template_name"?: string | null;
          "timeout_secs"?: number;
          "title": string;
          "tokens_used"?: number;
          "updated_at"?: string;
        };
        Update: {
          "agent_model"?: string | null;
          "assigned_agent"?: string | null;
          "attempts"?: number;
          "claim_token"?: string | null;
          "completed_at"?: string | null;
          "cost_usd"?: number;
          "created_at"?: string;
          "deadline"?: string | null;
          "description"?: string;
          "error"?: string | null;
          "error_code"?: string | null;
          "handler"?: string | null;
          "id"?: never;
          "idempotency_key"?: string | null;
          "lease_until"?: string | null;
          "max_cost_usd"?: number | null;
          "on_child_failure"?: string;
          "org_id"?: string;
          "params"?: NonNullable<Json>;
          "parent_task_id"?: number | null;
          "permission_level"?: number;
          "priority"?: string;
          "request"?: Json | null;
          "requested_by"?: string | null;
          "result"?: Json | null;
          "role_name"?: string | null;
          "schedule_id"?: number | null;
          "source"?: string;
          "started_at"?: string | null;
          "status"?: string;
          "template_name"?: string | null;
          "timeout_secs"?: number;
          "title"?: string;
          "tokens_used"?: number;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "agent_tasks_org_id_assigned_agent_fkey";
            columns: ["org_id", "assigned_agent"];
            isOneToOne: false;
            referencedRelation: "agents";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "agent_tasks_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "agent_tasks_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "agent_tasks_org_id_parent_task_id_fkey";
            columns: ["org_id", "parent_task_id"];
            isOneToOne: false;
            referencedRelation: "agent_tasks";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "agent_tasks_org_id_schedule_id_fkey";
            columns: ["org_id", "schedule_id"];
            isOneToOne: false;
            referencedRelation: "agent_schedules";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "agent_tasks_role_name_fkey";
            columns: ["role_name"];
            isOneToOne: false;
            referencedRelation: "agent_roles";
            referencedColumns: ["name"];
          },
        ];
      };
      "agent_templates": {
        Row: {
          "description": string;
          "id": number;
          "name": string;
          "org_id": string | null;
          "role_name": string | null;
          "steps": NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          "description"?: string;
          "id"?: never;
          "name": string;
          "org_id"?: string | null;
          "role_name"?: string | null;
          "steps": NonNullable<Json>;
        };
        Update: {
          "description"?: string;
          "id"?: never;
          "name"?: string;
          "org_id"?: string | null;
          "role_name"?: string | null;
          "steps"?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: "agent_templates_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "agent_templates_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "agent_templates_role_name_fkey";
            columns: ["role_name"];
            isOneToOne: false;
            referencedRelation: "agent_roles";
            referencedColumns: ["name"];
          },
        ];
      };
      "agents": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "enabled": boolean;
          "id": string;
          "key_expires_at": string;
          "key_rotated_at": string;
          "last_seen_at": string | null;
          "name": string;
          "org_id": string;
          "permission_level": number;
          "role_name": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "enabled"?: boolean;
          "id"?: string;
          "key_expires_at": string;
          "key_rotated_at"?: string;
          "last_seen_at"?: string | null;
          "name": string;
          "org_id": string;
          "permission_level"?: number;
          "role_name"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "enabled"?: boolean;
          "id"?: string;
          "key_expires_at"?: string;
          "key_rotated_at"?: string;
          "last_seen_at"?: string | null;
          "name"?: string;
          "org_id"?: string;
          "permission_level"?: number;
          "role_name"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "agents_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "agents_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "agents_role_name_fkey";
            columns: ["role_name"];
            isOneToOne: false;
            referencedRelation: "agent_roles";
            referencedColumns: ["name"];
          },
        ];
      };
      "allocation_planner_runs": {
        Row: {
          "accept_losses": boolean;
          "accepted_lines": (string)[];
          "allocation_run": string;
          "constraints": NonNullable<Json>;
          "created_at": string;
          "error_code": string | null;
          "error_message": string | null;
          "finished_at": string | null;
          "id": string;
          "idempotency_key": string | null;
          "n_job_lines": number;
          "name": string | null;
          "options": NonNullable<Json>;
          "org_id": string;
          "progress": Json | null;
          "request": NonNullable<Json>;
          "requested_by": string | null;
          "result_metadata": Json | null;
          "save_constraints": boolean;
          "started_at": string | null;
          "status": Database["public"]["Enums"]["planner_run_status"];
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "accept_losses"?: boolean;
          "accepted_lines"?: (string)[];
          "allocation_run": string;
          "constraints"?: NonNullable<Json>;
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "idempotency_key"?: string | null;
          "n_job_lines": number;
          "name"?: string | null;
          "options"?: NonNullable<Json>;
          "org_id": string;
          "progress"?: Json | null;
          "request"?: NonNullable<Json>;
          "requested_by"?: string | null;
          "result_metadata"?: Json | null;
          "save_constraints"?: boolean;
          "started_at"?: string | null;
          "status"?: Database["public"]["Enums"]["planner_run_status"];
          "updated_at"?: string;
        };
        Update: {
          "accept_losses"?: boolean;
          "accepted_lines"?: (string)[];
          "allocation_run"?: string;
          "constraints"?: NonNullable<Json>;
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "idempotency_key"?: string | null;
          "n_job_lines"?: number;
          "name"?: string | null;
          "options"?: NonNullable<Json>;
          "org_id"?: string;
          "progress"?: Json | null;
          "request"?: NonNullable<Json>;
          "requested_by"?: string | null;
          "result_metadata"?: Json | null;
          "save_constraints"?: boolean;
          "started_at"?: string | null;
          "status"?: Database["public"]["Enums"]["planner_run_status"];
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "allocation_planner_runs_org_id_allocation_run_fkey";
            columns: ["allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["id", "org_id"];
          },
          {
            foreignKeyName: "allocation_planner_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocation_planner_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "allocation_plans": {
        Row: {
          "created_at": string;
          "default_term_weeks": number;
          "id": string;
          "name": string;
          "org_id": string;
          "timezone": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "default_term_weeks"?: number;
          "id"?: string;
          "name": string;
          "org_id": string;
          "timezone"?: string;
        };
        Update: {
          "created_at"?: string;
          "default_term_weeks"?: number;
          "id"?: string;
          "name"?: string;
          "org_id"?: string;
          "timezone"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "allocation_plans_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocation_plans_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "allocation_run_positions": {
        Row: {
          "allocation_run": string;
          "minimum_fill": number;
          "org_id": string;
          "position": string;
          "posts": number;
          "term": number;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "minimum_fill"?: number;
          "org_id": string;
          "position": string;
          "posts": number;
          "term": number;
        };
        Update: {
          "allocation_run"?: string;
          "minimum_fill"?: number;
          "org_id"?: string;
          "position"?: string;
          "posts"?: number;
          "term"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "allocation_run_positions_org_id_allocation_run_fkey";
            columns: ["org_id", "allocation_run"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "allocation_run_positions_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocation_run_positions_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "allocation_run_positions_org_id_position_fkey";
            columns: ["org_id", "position"];
            isOneToOne: false;
            referencedRelation: "positions";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "allocation_run_preferencer_weightings": {
        Row: {
          "allocation_run": string;
          "created_at": string;
          "id": string;
          "job_line": string | null;
          "org_id": string;
          "qualification_tag_ids": (string)[];
          "weighting": number;
          "worker_mapping_ids": (string)[];
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "created_at"?: string;
          "id"?: string;
          "job_line"?: string | null;
          "org_id": string;
          "qualification_tag_ids"?: (string)[];
          "weighting": number;
          "worker_mapping_ids"?: (string)[];
        };
        Update: {
          "allocation_run"?: string;
          "created_at"?: string;
          "id"?: string;
          "job_line"?: string | null;
          "org_id"?: string;
          "qualification_tag_ids"?: (string)[];
          "weighting"?: number;
          "worker_mapping_ids"?: (string)[];
        };
        Relationships: [
          {
            foreignKeyName: "allocation_run_preferencer_we_org_id_allocation_run_job_li_fkey";
            columns: ["allocation_run", "org_id", "job_line"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["allocation_run", "org_id", "id"];
          },
          {
            foreignKeyName: "allocation_run_preferencer_weighting_org_id_allocation_run_fkey";
            columns: ["allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["id", "org_id"];
          },
          {
            foreignKeyName: "allocation_run_preferencer_weightings_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocation_run_preferencer_weightings_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "allocation_run_worker_mappings": {
        Row: {
          "allocation_run": string;
          "begun_at": string | null;
          "created_at": string;
          "fte": number;
          "id": string;
          "invited_at": string | null;
          "locked_at": string | null;
          "org_id": string;
          "submitted_at": string | null;
          "wishes_changed_at": string | null;
          "withdrawal_effective_on": string | null;
          "withdrawal_reason": string | null;
          "withdrawn_at": string | null;
          "worker": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "begun_at"?: string | null;
          "created_at"?: string;
          "fte"?: number;
          "id"?: string;
          "invited_at"?: string | null;
          "locked_at"?: string | null;
          "org_id": string;
          "submitted_at"?: string | null;
          "wishes_changed_at"?: string | null;
          "withdrawal_effective_on"?: string | null;
          "withdrawal_reason"?: string | null;
          "withdrawn_at"?: string | null;
          "worker": string;
        };
        Update: {
          "allocation_run"?: string;
          "begun_at"?: string | null;
          "created_at"?: string;
          "fte"?: number;
          "id"?: string;
          "invited_at"?: string | null;
          "locked_at"?: string | null;
          "org_id"?: string;
          "submitted_at"?: string | null;
          "wishes_changed_at"?: string | null;
          "withdrawal_effective_on"?: string | null;
          "withdrawal_reason"?: string | null;
          "withdrawn_at"?: string | null;
          "worker"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "allocation_run_worker_mappings_org_id_allocation_run_fkey";
            columns: ["org_id", "allocation_run"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "allocation_run_worker_mappings_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocation_run_worker_mappings_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "allocation_run_worker_mappings_org_id_worker_fkey";
            columns: ["org_id", "worker"];
            isOneToOne: false;
            referencedRelation: "workers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "allocation_runs": {
        Row: {
          "affinity_profile": string;
          "allocation_plan": string;
          "allows_never": boolean;
          "allows_ties": boolean;
          "archived_at": string | null;
          "constraints": NonNullable<Json>;
          "created_at": string;
          "due_date": string | null;
          "ends_on": string;
          "id": string;
          "minimum_lines": number | null;
          "name": string;
          "org_id": string;
          "starts_on": string;
          "status": Database["public"]["Enums"]["allocation_run_status"];
          "term_weeks": (number)[];
        };
        ComputedFields: never;
        Insert: {
          "affinity_profile"?: string;
          "allocation_plan": string;
          "allows_never"?: boolean;
          "allows_ties"?: boolean;
          "archived_at"?: string | null;
          "constraints"?: NonNullable<Json>;
          "created_at"?: string;
          "due_date"?: string | null;
          "ends_on"?: never;
          "id"?: string;
          "minimum_lines"?: number | null;
          "name": string;
          "org_id": string;
          "starts_on": string;
          "status"?: Database["public"]["Enums"]["allocation_run_status"];
          "term_weeks": (number)[];
        };
        Update: {
          "affinity_profile"?: string;
          "allocation_plan"?: string;
          "allows_never"?: boolean;
          "allows_ties"?: boolean;
          "archived_at"?: string | null;
          "constraints"?: NonNullable<Json>;
          "created_at"?: string;
          "due_date"?: string | null;
          "ends_on"?: never;
          "id"?: string;
          "minimum_lines"?: number | null;
          "name"?: string;
          "org_id"?: string;
          "starts_on"?: string;
          "status"?: Database["public"]["Enums"]["allocation_run_status"];
          "term_weeks"?: (number)[];
        };
        Relationships: [
          {
            foreignKeyName: "allocation_runs_affinity_profile_fkey";
            columns: ["affinity_profile"];
            isOneToOne: false;
            referencedRelation: "affinity_profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocation_runs_org_id_allocation_plan_fkey";
            columns: ["org_id", "allocation_plan"];
            isOneToOne: false;
            referencedRelation: "allocation_plans";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "allocation_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocation_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "allocator_py_allocations": {
        Row: {
          "allocation_run": string;
          "choice": number | null;
          "created_at": string;
          "id": string;
          "job_line": string;
          "org_id": string;
          "original_preference": number | null;
          "run": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "choice"?: number | null;
          "created_at"?: string;
          "id"?: string;
          "job_line": string;
          "org_id": string;
          "original_preference"?: number | null;
          "run": string;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "choice"?: number | null;
          "created_at"?: string;
          "id"?: string;
          "job_line"?: string;
          "org_id"?: string;
          "original_preference"?: number | null;
          "run"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "allocator_py_allocations_org_id_allocation_run_job_line_fkey";
            columns: ["job_line", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "allocator_py_allocations_org_id_allocation_run_run_fkey";
            columns: ["allocation_run", "run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocator_py_runs";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "allocator_py_allocations_org_id_allocation_run_worker_mapp_fkey";
            columns: ["worker_mapping", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
        ];
      };
      "allocator_py_runs": {
        Row: {
          "allocation_run": string;
          "base_run": string | null;
          "completed_at": string | null;
          "created_at": string;
          "doctors_left_at": string | null;
          "error_code": string | null;
          "error_message": string | null;
          "finished_at": string | null;
          "id": string;
          "idempotency_key": string | null;
          "included_job_lines": (string)[] | null;
          "included_worker_mappings": (string)[] | null;
          "is_exclusive": boolean;
          "lines_changed_at": string | null;
          "lines_fingerprint": string | null;
          "options": NonNullable<Json>;
          "org_id": string;
          "progress": Json | null;
          "queued_at": string | null;
          "request": NonNullable<Json>;
          "requested_by": string | null;
          "result": Json | null;
          "started_at": string | null;
          "status": Database["public"]["Enums"]["allocator_run_status"];
          "superseded_at": string | null;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "base_run"?: string | null;
          "completed_at"?: string | null;
          "created_at"?: string;
          "doctors_left_at"?: string | null;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "idempotency_key"?: string | null;
          "included_job_lines"?: (string)[] | null;
          "included_worker_mappings"?: (string)[] | null;
          "is_exclusive"?: boolean;
          "lines_changed_at"?: string | null;
          "lines_fingerprint"?: string | null;
          "options"?: NonNullable<Json>;
          "org_id": string;
          "progress"?: Json | null;
          "queued_at"?: string | null;
          "request"?: NonNullable<Json>;
          "requested_by"?: string | null;
          "result"?: Json | null;
          "started_at"?: string | null;
          "status"?: Database["public"]["Enums"]["allocator_run_status"];
          "superseded_at"?: string | null;
          "updated_at"?: string;
        };
        Update: {
          "allocation_run"?: string;
          "base_run"?: string | null;
          "completed_at"?: string | null;
          "created_at"?: string;
          "doctors_left_at"?: string | null;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "idempotency_key"?: string | null;
          "included_job_lines"?: (string)[] | null;
          "included_worker_mappings"?: (string)[] | null;
          "is_exclusive"?: boolean;
          "lines_changed_at"?: string | null;
          "lines_fingerprint"?: string | null;
          "options"?: NonNullable<Json>;
          "org_id"?: string;
          "progress"?: Json | null;
          "queued_at"?: string | null;
          "request"?: NonNullable<Json>;
          "requested_by"?: string | null;
          "result"?: Json | null;
          "started_at"?: string | null;
          "status"?: Database["public"]["Enums"]["allocator_run_status"];
          "superseded_at"?: string | null;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "allocator_py_runs_base_run_fkey";
            columns: ["base_run", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocator_py_runs";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "allocator_py_runs_org_id_allocation_run_fkey";
            columns: ["org_id", "allocation_run"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "allocator_py_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocator_py_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "allocator_run_previews": {
        Row: {
          "allocations": NonNullable<Json>;
          "created_at": string;
          "moves": NonNullable<Json>;
          "org_id": string;
          "run": string;
        };
        ComputedFields: never;
        Insert: {
          "allocations": NonNullable<Json>;
          "created_at"?: string;
          "moves": NonNullable<Json>;
          "org_id": string;
          "run": string;
        };
        Update: {
          "allocations"?: NonNullable<Json>;
          "created_at"?: string;
          "moves"?: NonNullable<Json>;
          "org_id"?: string;
          "run"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "allocator_run_previews_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "allocator_run_previews_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "allocator_run_previews_org_id_run_fkey";
            columns: ["org_id", "run"];
            isOneToOne: false;
            referencedRelation: "allocator_py_runs";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "allocator_run_reasons": {
        Row: {
          "allocation_run": string;
          "choice": number | null;
          "code": string;
          "job_line": string;
          "org_id": string;
          "run": string;
          "values": NonNullable<Json>;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "choice"?: number | null;
          "code": string;
          "job_line": string;
          "org_id": string;
          "run": string;
          "values"?: NonNullable<Json>;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "choice"?: number | null;
          "code"?: string;
          "job_line"?: string;
          "org_id"?: string;
          "run"?: string;
          "values"?: NonNullable<Json>;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "allocator_run_reasons_org_id_allocation_run_job_line_fkey";
            columns: ["job_line", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "allocator_run_reasons_org_id_allocation_run_run_fkey";
            columns: ["allocation_run", "run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocator_py_runs";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "allocator_run_reasons_org_id_allocation_run_worker_mapping_fkey";
            columns: ["worker_mapping", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
        ];
      };
      "audit_log": {
        Row: {
          "actor": string | null;
          "actor_name": string | null;
          "after": Json | null;
          "allocation_run": string | null;
          "at": string;
          "before": Json | null;
          "id": number;
          "keys": NonNullable<Json>;
          "operation": string;
          "org_id": string | null;
          "part": number;
          "parts": number;
          "reason": string | null;
          "row_count": number;
          "shared": NonNullable<Json>;
          "subjects": (string)[];
          "table_name": string;
          "through": string;
          "transaction": number;
        };
        ComputedFields: never;
        Insert: {
          "actor"?: string | null;
          "actor_name"?: string | null;
          "after"?: Json | null;
          "allocation_run"?: string | null;
          "at"?: string;
          "before"?: Json | null;
          "id"?: never;
          "keys": NonNullable<Json>;
          "operation": string;
          "org_id"?: string | null;
          "part": number;
          "parts": number;
          "reason"?: string | null;
          "row_count": number;
          "shared": NonNullable<Json>;
          "subjects": (string)[];
          "table_name": string;
          "through": string;
          "transaction": number;
        };
        Update: {
          "actor"?: string | null;
          "actor_name"?: string | null;
          "after"?: Json | null;
          "allocation_run"?: string | null;
          "at"?: string;
          "before"?: Json | null;
          "id"?: never;
          "keys"?: NonNullable<Json>;
          "operation"?: string;
          "org_id"?: string | null;
          "part"?: number;
          "parts"?: number;
          "reason"?: string | null;
          "row_count"?: number;
          "shared"?: NonNullable<Json>;
          "subjects"?: (string)[];
          "table_name"?: string;
          "through"?: string;
          "transaction"?: number;
        };
        Relationships: [];
      };
      "calendar_contents": {
        Row: {
          "allocation_run": string;
          "changed_at": string;
          "digest": string;
          "org_id": string;
          "sequence": number;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "changed_at"?: string;
          "digest": string;
          "org_id": string;
          "sequence"?: number;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "changed_at"?: string;
          "digest"?: string;
          "org_id"?: string;
          "sequence"?: number;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "calendar_contents_allocation_run_worker_mapping_org_id_fkey";
            columns: ["allocation_run", "worker_mapping", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
        ];
      };
      "calendar_links": {
        Row: {
          "allocation_run": string;
          "created_at": string;
          "org_id": string;
          "secret_hash": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "created_at"?: string;
          "org_id": string;
          "secret_hash": string;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "created_at"?: string;
          "org_id"?: string;
          "secret_hash"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "calendar_links_allocation_run_worker_mapping_org_id_fkey";
            columns: ["allocation_run", "worker_mapping", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
        ];
      };
      "cost_calibrations": {
        Row: {
          "avg_error_pct": number;
          "coeff_a": number;
          "coeff_b": number;
          "fitted_at": string;
          "form": string;
          "sample_count": number;
        };
        ComputedFields: never;
        Insert: {
          "avg_error_pct": number;
          "coeff_a": number;
          "coeff_b": number;
          "fitted_at"?: string;
          "form": string;
          "sample_count": number;
        };
        Update: {
          "avg_error_pct"?: number;
          "coeff_a"?: number;
          "coeff_b"?: number;
          "fitted_at"?: string;
          "form"?: string;
          "sample_count"?: number;
        };
        Relationships: [];
      };
      "doctor_links": {
        Row: {
          "allocation_run": string;
          "asked_at": string;
          "changed_at": string;
          "changed_by_partner": boolean;
          "fit": string;
          "id": string;
          "line_pairs": NonNullable<Json>;
          "org_id": string;
          "partner": string | null;
          "partner_email": string;
          "state": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "asked_at"?: string;
          "changed_at"?: string;
          "changed_by_partner"?: boolean;
          "fit": string;
          "id"?: string;
          "line_pairs"?: NonNullable<Json>;
          "org_id": string;
          "partner"?: string | null;
          "partner_email": string;
          "state"?: string;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "asked_at"?: string;
          "changed_at"?: string;
          "changed_by_partner"?: boolean;
          "fit"?: string;
          "id"?: string;
          "line_pairs"?: NonNullable<Json>;
          "org_id"?: string;
          "partner"?: string | null;
          "partner_email"?: string;
          "state"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "doctor_links_allocation_run_partner_org_id_fkey";
            columns: ["allocation_run", "partner", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "doctor_links_allocation_run_worker_mapping_org_id_fkey";
            columns: ["worker_mapping", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
        ];
      };
      "hospitals": {
        Row: {
          "created_at": string;
          "id": string;
          "name": string;
          "org_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "org_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "org_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "hospitals_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "hospitals_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "import_mappings": {
        Row: {
          "changed_at": string;
          "headers": string;
          "kind": string;
          "mapping": NonNullable<Json>;
          "org_id": string;
        };
        ComputedFields: never;
        Insert: {
          "changed_at"?: string;
          "headers": string;
          "kind": string;
          "mapping": NonNullable<Json>;
          "org_id": string;
        };
        Update: {
          "changed_at"?: string;
          "headers"?: string;
          "kind"?: string;
          "mapping"?: NonNullable<Json>;
          "org_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "import_mappings_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "import_mappings_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "job_line_eligibility": {
        Row: {
          "allocation_run": string;
          "excluded_qualification_tag_ids": (string)[];
          "excluded_worker_mapping_ids": (string)[];
          "included_qualification_tag_ids": (string)[];
          "included_worker_mapping_ids": (string)[];
          "job_line": string;
          "org_id": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "excluded_qualification_tag_ids"?: (string)[];
          "excluded_worker_mapping_ids"?: (string)[];
          "included_qualification_tag_ids"?: (string)[];
          "included_worker_mapping_ids"?: (string)[];
          "job_line": string;
          "org_id": string;
        };
        Update: {
          "allocation_run"?: string;
          "excluded_qualification_tag_ids"?: (string)[];
          "excluded_worker_mapping_ids"?: (string)[];
          "included_qualification_tag_ids"?: (string)[];
          "included_worker_mapping_ids"?: (string)[];
          "job_line"?: string;
          "org_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "job_line_eligibility_org_id_allocation_run_job_line_fkey";
            columns: ["allocation_run", "job_line", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
        ];
      };
      "job_line_leave": {
        Row: {
          "allocation_run": string;
          "ends_on": string;
          "id": string;
          "job_line": string;
          "org_id": string;
          "starts_on": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "ends_on": string;
          "id"?: string;
          "job_line": string;
          "org_id": string;
          "starts_on": string;
        };
        Update: {
          "allocation_run"?: string;
          "ends_on"?: string;
          "id"?: string;
          "job_line"?: string;
          "org_id"?: string;
          "starts_on"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "job_line_leave_org_id_allocation_run_job_line_fkey";
            columns: ["allocation_run", "job_line", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "job_line_leave_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "job_line_leave_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "job_line_remarks": {
        Row: {
          "allocation_run": string;
          "job_line": string;
          "notes": string | null;
          "org_id": string;
          "overrides": NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "job_line": string;
          "notes"?: string | null;
          "org_id": string;
          "overrides"?: NonNullable<Json>;
        };
        Update: {
          "allocation_run"?: string;
          "job_line"?: string;
          "notes"?: string | null;
          "org_id"?: string;
          "overrides"?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: "job_line_remarks_allocation_run_job_line_org_id_fkey";
            columns: ["allocation_run", "job_line", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "job_line_remarks_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "job_line_remarks_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "job_line_worker_mappings": {
        Row: {
          "allocation_run": string;
          "allocator_run": string | null;
          "changes": NonNullable<Json>;
          "correction_reason": string | null;
          "emailed_at": string | null;
          "end_date": string;
          "finalised_at": string;
          "finalised_by": string | null;
          "fte": number;
          "id": string;
          "job_line": string | null;
          "org_id": string;
          "overrides": (string)[];
          "preference_number": number | null;
          "released_at": string | null;
          "start_date": string;
          "superseded_at": string | null;
          "version": number;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "allocator_run"?: string | null;
          "changes"?: NonNullable<Json>;
          "correction_reason"?: string | null;
          "emailed_at"?: string | null;
          "end_date": string;
          "finalised_at"?: string;
          "finalised_by"?: string | null;
          "fte"?: number;
          "id"?: string;
          "job_line"?: string | null;
          "org_id": string;
          "overrides"?: (string)[];
          "preference_number"?: number | null;
          "released_at"?: string | null;
          "start_date": string;
          "superseded_at"?: string | null;
          "version": number;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "allocator_run"?: string | null;
          "changes"?: NonNullable<Json>;
          "correction_reason"?: string | null;
          "emailed_at"?: string | null;
          "end_date"?: string;
          "finalised_at"?: string;
          "finalised_by"?: string | null;
          "fte"?: number;
          "id"?: string;
          "job_line"?: string | null;
          "org_id"?: string;
          "overrides"?: (string)[];
          "preference_number"?: number | null;
          "released_at"?: string | null;
          "start_date"?: string;
          "superseded_at"?: string | null;
          "version"?: number;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "job_line_worker_mappings_org_id_allocation_run_allocator_r_fkey";
            columns: ["allocator_run", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocator_py_runs";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "job_line_worker_mappings_org_id_allocation_run_fkey";
            columns: ["allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["id", "org_id"];
          },
          {
            foreignKeyName: "job_line_worker_mappings_org_id_allocation_run_job_line_fkey";
            columns: ["job_line", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "job_line_worker_mappings_org_id_allocation_run_worker_mapp_fkey";
            columns: ["allocation_run", "org_id", "worker_mapping"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "org_id", "id"];
          },
          {
            foreignKeyName: "job_line_worker_mappings_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "job_line_worker_mappings_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "job_lines": {
        Row: {
          "affinity": number | null;
          "allocation_run": string;
          "archived_at": string | null;
          "created_at": string;
          "first_term": number | null;
          "id": string;
          "is_locked": boolean;
          "last_term": number | null;
          "max_n_workers": number;
          "must_have_workers": boolean;
          "name": string;
          "org_id": string;
          "pathway": string | null;
          "planner_run": string | null;
          "sort_order": number;
        };
        ComputedFields: never;
        Insert: {
          "affinity"?: number | null;
          "allocation_run": string;
          "archived_at"?: string | null;
          "created_at"?: string;
          "first_term"?: number | null;
          "id"?: string;
          "is_locked"?: boolean;
          "last_term"?: number | null;
          "max_n_workers"?: number;
          "must_have_workers"?: boolean;
          "name": string;
          "org_id": string;
          "pathway"?: string | null;
          "planner_run"?: string | null;
          "sort_order"?: number;
        };
        Update: {
          "affinity"?: number | null;
          "allocation_run"?: string;
          "archived_at"?: string | null;
          "created_at"?: string;
          "first_term"?: number | null;
          "id"?: string;
          "is_locked"?: boolean;
          "last_term"?: number | null;
          "max_n_workers"?: number;
          "must_have_workers"?: boolean;
          "name"?: string;
          "org_id"?: string;
          "pathway"?: string | null;
          "planner_run"?: string | null;
          "sort_order"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "job_lines_org_id_allocation_run_fkey";
            columns: ["org_id", "allocation_run"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "job_lines_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "job_lines_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "job_lines_org_id_planner_run_fkey";
            columns: ["org_id", "planner_run"];
            isOneToOne: false;
            referencedRelation: "allocation_planner_runs";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "job_lines_history": {
        Row: {
          "allocation_run": string;
          "attachments": NonNullable<Json>;
          "cells": number | null;
          "changes": Json | null;
          "counts": NonNullable<Json>;
          "id": string;
          "line_count": number;
          "name": string | null;
          "org_id": string;
          "planner_run": string | null;
          "reason": Database["public"]["Enums"]["job_lines_history_reason"];
          "replaced_at": string;
          "replaced_by": string | null;
          "snapshot": NonNullable<Json>;
          "starts_on": string;
          "term_weeks": (number)[];
          "undoes": string | null;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "attachments"?: NonNullable<Json>;
          "cells"?: number | null;
          "changes"?: Json | null;
          "counts"?: NonNullable<Json>;
          "id"?: string;
          "line_count": number;
          "name"?: string | null;
          "org_id": string;
          "planner_run"?: string | null;
          "reason": Database["public"]["Enums"]["job_lines_history_reason"];
          "replaced_at"?: string;
          "replaced_by"?: string | null;
          "snapshot": NonNullable<Json>;
          "starts_on": string;
          "term_weeks": (number)[];
          "undoes"?: string | null;
        };
        Update: {
          "allocation_run"?: string;
          "attachments"?: NonNullable<Json>;
          "cells"?: number | null;
          "changes"?: Json | null;
          "counts"?: NonNullable<Json>;
          "id"?: string;
          "line_count"?: number;
          "name"?: string | null;
          "org_id"?: string;
          "planner_run"?: string | null;
          "reason"?: Database["public"]["Enums"]["job_lines_history_reason"];
          "replaced_at"?: string;
          "replaced_by"?: string | null;
          "snapshot"?: NonNullable<Json>;
          "starts_on"?: string;
          "term_weeks"?: (number)[];
          "undoes"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "job_lines_history_org_id_allocation_run_fkey";
            columns: ["allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["id", "org_id"];
          },
          {
            foreignKeyName: "job_lines_history_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "job_lines_history_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "job_lines_history_org_id_planner_run_fkey";
            columns: ["planner_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_planner_runs";
            referencedColumns: ["id", "org_id"];
          },
          {
            foreignKeyName: "job_lines_history_undoes_fkey";
            columns: ["undoes"];
            isOneToOne: false;
            referencedRelation: "job_lines_history";
            referencedColumns: ["id"];
          },
        ];
      };
      "line_swaps": {
        Row: {
          "allocation_run": string;
          "answered_at": string | null;
          "asked_at": string;
          "decided_by": string | null;
          "ended_at": string | null;
          "expires_at": string;
          "from_line": string;
          "from_mapping": string;
          "from_side": NonNullable<Json>;
          "history": string | null;
          "id": string;
          "message": string | null;
          "offer": string;
          "org_id": string;
          "reason": string | null;
          "state": string;
          "terms": (number)[];
          "to_line": string;
          "to_mapping": string;
          "to_side": NonNullable<Json>;
          "version": number | null;
          "void_code": string | null;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "answered_at"?: string | null;
          "asked_at"?: string;
          "decided_by"?: string | null;
          "ended_at"?: string | null;
          "expires_at": string;
          "from_line": string;
          "from_mapping": string;
          "from_side": NonNullable<Json>;
          "history"?: string | null;
          "id"?: string;
          "message"?: string | null;
          "offer": string;
          "org_id": string;
          "reason"?: string | null;
          "state"?: string;
          "terms"?: (number)[];
          "to_line": string;
          "to_mapping": string;
          "to_side": NonNullable<Json>;
          "version"?: number | null;
          "void_code"?: string | null;
        };
        Update: {
          "allocation_run"?: string;
          "answered_at"?: string | null;
          "asked_at"?: string;
          "decided_by"?: string | null;
          "ended_at"?: string | null;
          "expires_at"?: string;
          "from_line"?: string;
          "from_mapping"?: string;
          "from_side"?: NonNullable<Json>;
          "history"?: string | null;
          "id"?: string;
          "message"?: string | null;
          "offer"?: string;
          "org_id"?: string;
          "reason"?: string | null;
          "state"?: string;
          "terms"?: (number)[];
          "to_line"?: string;
          "to_mapping"?: string;
          "to_side"?: NonNullable<Json>;
          "version"?: number | null;
          "void_code"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "line_swaps_org_id_allocation_run_fkey";
            columns: ["allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["id", "org_id"];
          },
          {
            foreignKeyName: "line_swaps_org_id_allocation_run_from_line_fkey";
            columns: ["from_line", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "line_swaps_org_id_allocation_run_from_mapping_fkey";
            columns: ["from_mapping", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "line_swaps_org_id_allocation_run_to_line_fkey";
            columns: ["to_line", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "line_swaps_org_id_allocation_run_to_mapping_fkey";
            columns: ["to_mapping", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
        ];
      };
      "member_rights": {
        Row: {
          "granted_at": string;
          "granted_by": string | null;
          "org_id": string;
          "reason": string;
          "right_name": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "granted_at"?: string;
          "granted_by"?: string | null;
          "org_id": string;
          "reason": string;
          "right_name": string;
          "user_id": string;
        };
        Update: {
          "granted_at"?: string;
          "granted_by"?: string | null;
          "org_id"?: string;
          "reason"?: string;
          "right_name"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "member_rights_org_id_user_id_fkey";
            columns: ["org_id", "user_id"];
            isOneToOne: false;
            referencedRelation: "org_members";
            referencedColumns: ["org_id", "user_id"];
          },
        ];
      };
      "metric_rollups_daily": {
        Row: {
          "count": number | null;
          "cpu_ms_max": number | null;
          "cpu_ms_p50": number | null;
          "cpu_ms_p95": number | null;
          "cpu_ms_total": number | null;
          "day": string;
          "labels": NonNullable<Json>;
          "max": number | null;
          "memory_bytes_max": number | null;
          "metric": string;
          "min": number | null;
          "org_id": string | null;
          "runs": number | null;
          "slices": number | null;
          "source": string;
          "sum": number | null;
          "updated_at": string;
          "wall_ms_total": number | null;
        };
        ComputedFields: never;
        Insert: {
          "count"?: number | null;
          "cpu_ms_max"?: number | null;
          "cpu_ms_p50"?: number | null;
          "cpu_ms_p95"?: number | null;
          "cpu_ms_total"?: number | null;
          "day": string;
          "labels"?: NonNullable<Json>;
          "max"?: number | null;
          "memory_bytes_max"?: number | null;
          "metric"?: string;
          "min"?: number | null;
          "org_id"?: string | null;
          "runs"?: number | null;
          "slices"?: number | null;
          "source": string;
          "sum"?: number | null;
          "updated_at"?: string;
          "wall_ms_total"?: number | null;
        };
        Update: {
          "count"?: number | null;
          "cpu_ms_max"?: number | null;
          "cpu_ms_p50"?: number | null;
          "cpu_ms_p95"?: number | null;
          "cpu_ms_total"?: number | null;
          "day"?: string;
          "labels"?: NonNullable<Json>;
          "max"?: number | null;
          "memory_bytes_max"?: number | null;
          "metric"?: string;
          "min"?: number | null;
          "org_id"?: string | null;
          "runs"?: number | null;
          "slices"?: number | null;
          "source"?: string;
          "sum"?: number | null;
          "updated_at"?: string;
          "wall_ms_total"?: number | null;
        };
        Relationships: [];
      };
      "metric_rollups_hourly": {
        Row: {
          "bucket_start": string;
          "count": number;
          "labels": NonNullable<Json>;
          "max": number;
          "metric": string;
          "min": number;
          "org_id": string | null;
          "scope": string;
          "sum": number;
        };
        ComputedFields: never;
        Insert: {
          "bucket_start": string;
          "count": number;
          "labels"?: NonNullable<Json>;
          "max": number;
          "metric": string;
          "min": number;
          "org_id"?: string | null;
          "scope": string;
          "sum": number;
        };
        Update: {
          "bucket_start"?: string;
          "count"?: number;
          "labels"?: NonNullable<Json>;
          "max"?: number;
          "metric"?: string;
          "min"?: number;
          "org_id"?: string | null;
          "scope"?: string;
          "sum"?: number;
        };
        Relationships: [];
      };
      "metric_samples": {
        Row: {
          "labels": NonNullable<Json>;
          "metric": string;
          "org_id": string | null;
          "scope": string;
          "ts": string;
          "value": number;
        };
        ComputedFields: never;
        Insert: {
          "labels"?: NonNullable<Json>;
          "metric": string;
          "org_id"?: string | null;
          "scope": string;
          "ts": string;
          "value": number;
        };
        Update: {
          "labels"?: NonNullable<Json>;
          "metric"?: string;
          "org_id"?: string | null;
          "scope"?: string;
          "ts"?: string;
          "value"?: number;
        };
        Relationships: [];
      };
      "node_block_results": {
        Row: {
          "block_id": number;
          "claimed_at": string;
          "completed_at": string | null;
          "credit": number;
          "digest": string | null;
          "found": number | null;
          "id": number;
          "lease_until": string;
          "node": string;
          "operator_id": string;
          "org_id": string;
          "progress_found": number;
          "progress_tested": number;
          "reason": string | null;
          "run": string;
          "sieved": number | null;
          "status": string;
          "submitted_at": string | null;
          "tested": number | null;
          "valid": boolean | null;
        };
        ComputedFields: never;
        Insert: {
          "block_id": number;
          "claimed_at"?: string;
          "completed_at"?: string | null;
          "credit": number;
          "digest"?: string | null;
          "found"?: number | null;
          "id"?: never;
          "lease_until": string;
          "node": string;
          "operator_id": string;
          "org_id": string;
          "progress_found"?: number;
          "progress_tested"?: number;
          "reason"?: string | null;
          "run": string;
          "sieved"?: number | null;
          "status"?: string;
          "submitted_at"?: string | null;
          "tested"?: number | null;
          "valid"?: never;
        };
        Update: {
          "block_id"?: number;
          "claimed_at"?: string;
          "completed_at"?: string | null;
          "credit"?: number;
          "digest"?: string | null;
          "found"?: number | null;
          "id"?: never;
          "lease_until"?: string;
          "node"?: string;
          "operator_id"?: string;
          "org_id"?: string;
          "progress_found"?: number;
          "progress_tested"?: number;
          "reason"?: string | null;
          "run"?: string;
          "sieved"?: number | null;
          "status"?: string;
          "submitted_at"?: string | null;
          "tested"?: number | null;
          "valid"?: never;
        };
        Relationships: [
          {
            foreignKeyName: "node_block_results_block_id_fkey";
            columns: ["block_id"];
            isOneToOne: false;
            referencedRelation: "prime_search_blocks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "node_block_results_block_id_fkey";
            columns: ["block_id"];
            isOneToOne: false;
            referencedRelation: "work_blocks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "node_block_results_org_id_node_fkey";
            columns: ["org_id", "node"];
            isOneToOne: false;
            referencedRelation: "operator_nodes";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "node_block_results_org_id_node_fkey";
            columns: ["org_id", "node"];
            isOneToOne: false;
            referencedRelation: "volunteer_workers";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "node_block_results_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["org_id", "operator_id"];
          },
          {
            foreignKeyName: "node_block_results_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "node_block_results_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "node_block_results_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "node_block_results_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "node_block_results_org_id_run_fkey";
            columns: ["run", "org_id"];
            isOneToOne: false;
            referencedRelation: "prime_search_runs";
            referencedColumns: ["id", "org_id"];
          },
        ];
      };
      "node_check_runs": {
        Row: {
          "created_at": string;
          "error_code": string | null;
          "error_message": string | null;
          "finished_at": string | null;
          "id": string;
          "org_id": string;
          "requested_by": string | null;
          "started_at": string | null;
          "status": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "org_id": string;
          "requested_by"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
          "updated_at"?: string;
        };
        Update: {
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "org_id"?: string;
          "requested_by"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "node_check_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "node_check_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "node_commands": {
        Row: {
          "attempts": number;
          "command": string;
          "completed_at": string | null;
          "created_at": string;
          "created_by": string | null;
          "delivered_at": string | null;
          "id": number;
          "idempotency_key": string | null;
          "lease_until": string | null;
          "message": string | null;
          "node": string;
          "org_id": string;
          "payload": NonNullable<Json>;
          "status": string;
          "succeeded": boolean | null;
        };
        ComputedFields: never;
        Insert: {
          "attempts"?: number;
          "command": string;
          "completed_at"?: string | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "delivered_at"?: string | null;
          "id"?: never;
          "idempotency_key"?: string | null;
          "lease_until"?: string | null;
          "message"?: string | null;
          "node": string;
          "org_id": string;
          "payload"?: NonNullable<Json>;
          "status"?: string;
          "succeeded"?: boolean | null;
        };
        Update: {
          "attempts"?: number;
          "command"?: string;
          "completed_at"?: string | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "delivered_at"?: string | null;
          "id"?: never;
          "idempotency_key"?: string | null;
          "lease_until"?: string | null;
          "message"?: string | null;
          "node"?: string;
          "org_id"?: string;
          "payload"?: NonNullable<Json>;
          "status"?: string;
          "succeeded"?: boolean | null;
        };
        Relationships: [
          {
            foreignKeyName: "node_commands_org_id_node_fkey";
            columns: ["org_id", "node"];
            isOneToOne: false;
            referencedRelation: "operator_nodes";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "node_commands_org_id_node_fkey";
            columns: ["org_id", "node"];
            isOneToOne: false;
            referencedRelation: "volunteer_workers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "operator_credits": {
        Row: {
          "block_id": number | null;
          "credit": number;
          "granted_at": string;
          "id": number;
          "operator_id": string;
          "org_id": string;
          "prime_id": number | null;
          "reason": string;
        };
        ComputedFields: never;
        Insert: {
          "block_id"?: number | null;
          "credit": number;
          "granted_at"?: string;
          "id"?: never;
          "operator_id": string;
          "org_id": string;
          "prime_id"?: number | null;
          "reason": string;
        };
        Update: {
          "block_id"?: number | null;
          "credit"?: number;
          "granted_at"?: string;
          "id"?: never;
          "operator_id"?: string;
          "org_id"?: string;
          "prime_id"?: number | null;
          "reason"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "operator_credits_block_id_fkey";
            columns: ["block_id"];
            isOneToOne: false;
            referencedRelation: "prime_search_blocks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operator_credits_block_id_fkey";
            columns: ["block_id"];
            isOneToOne: false;
            referencedRelation: "work_blocks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["org_id", "operator_id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_credits_prime_id_fkey";
            columns: ["prime_id"];
            isOneToOne: false;
            referencedRelation: "primes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operator_credits_prime_id_fkey";
            columns: ["prime_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["our_best_id"];
          },
        ];
      };
      "operator_invitations": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "expires_at": string;
          "id": string;
          "idempotency_key": string | null;
          "note": string | null;
          "operator_id": string | null;
          "org_id": string;
          "request": Json | null;
          "revoked_at": string | null;
          "used_at": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "expires_at": string;
          "id"?: string;
          "idempotency_key"?: string | null;
          "note"?: string | null;
          "operator_id"?: string | null;
          "org_id": string;
          "request"?: Json | null;
          "revoked_at"?: string | null;
          "used_at"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "expires_at"?: string;
          "id"?: string;
          "idempotency_key"?: string | null;
          "note"?: string | null;
          "operator_id"?: string | null;
          "org_id"?: string;
          "request"?: Json | null;
          "revoked_at"?: string | null;
          "used_at"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "operator_invitations_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operator_invitations_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "operator_invitations_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["org_id", "operator_id"];
          },
          {
            foreignKeyName: "operator_invitations_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_invitations_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_invitations_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_invitations_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "operator_nodes": {
        Row: {
          "arch": string | null;
          "benchmark_score": number | null;
          "checks": boolean;
          "cores": number;
          "cpu_model": string | null;
          "gpu_model": string | null;
          "gpu_vram_gb": number | null;
          "has_gpu": boolean;
          "hostname": string | null;
          "id": string;
          "last_heartbeat": string | null;
          "node_id": string;
          "operator_id": string;
          "org_id": string;
          "os": string | null;
          "program": string | null;
          "ram_gb": number | null;
          "registered_at": string;
          "update_channel": string;
          "worker_version": string | null;
        };
        ComputedFields: never;
        Insert: {
          "arch"?: string | null;
          "benchmark_score"?: number | null;
          "checks"?: boolean;
          "cores"?: number;
          "cpu_model"?: string | null;
          "gpu_model"?: string | null;
          "gpu_vram_gb"?: number | null;
          "has_gpu"?: boolean;
          "hostname"?: string | null;
          "id"?: string;
          "last_heartbeat"?: string | null;
          "node_id": string;
          "operator_id": string;
          "org_id": string;
          "os"?: string | null;
          "program"?: string | null;
          "ram_gb"?: number | null;
          "registered_at"?: string;
          "update_channel"?: string;
          "worker_version"?: string | null;
        };
        Update: {
          "arch"?: string | null;
          "benchmark_score"?: number | null;
          "checks"?: boolean;
          "cores"?: number;
          "cpu_model"?: string | null;
          "gpu_model"?: string | null;
          "gpu_vram_gb"?: number | null;
          "has_gpu"?: boolean;
          "hostname"?: string | null;
          "id"?: string;
          "last_heartbeat"?: string | null;
          "node_id"?: string;
          "operator_id"?: string;
          "org_id"?: string;
          "os"?: string | null;
          "program"?: string | null;
          "ram_gb"?: number | null;
          "registered_at"?: string;
          "update_channel"?: string;
          "worker_version"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["org_id", "operator_id"];
          },
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "operator_trust": {
        Row: {
          "consecutive_invalid": number;
          "consecutive_valid": number;
          "not_before": string | null;
          "operator_id": string;
          "org_id": string;
          "total_invalid": number;
          "total_valid": number;
          "trust_level": number;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "consecutive_invalid"?: number;
          "consecutive_valid"?: number;
          "not_before"?: string | null;
          "operator_id": string;
          "org_id": string;
          "total_invalid"?: number;
          "total_valid"?: number;
          "trust_level"?: number;
          "updated_at"?: string;
        };
        Update: {
          "consecutive_invalid"?: number;
          "consecutive_valid"?: number;
          "not_before"?: string | null;
          "operator_id"?: string;
          "org_id"?: string;
          "total_invalid"?: number;
          "total_valid"?: number;
          "trust_level"?: number;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["org_id", "operator_id"];
          },
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "operators": {
        Row: {
          "credit": number;
          "id": string;
          "is_active": boolean;
          "joined_at": string;
          "last_seen": string | null;
          "org_id": string;
          "primes_found": number;
          "suspended_by": string | null;
          "team": string | null;
          "username": string;
        };
        ComputedFields: never;
        Insert: {
          "credit"?: number;
          "id"?: string;
          "is_active"?: boolean;
          "joined_at"?: string;
          "last_seen"?: string | null;
          "org_id": string;
          "primes_found"?: number;
          "suspended_by"?: string | null;
          "team"?: string | null;
          "username": string;
        };
        Update: {
          "credit"?: number;
          "id"?: string;
          "is_active"?: boolean;
          "joined_at"?: string;
          "last_seen"?: string | null;
          "org_id"?: string;
          "primes_found"?: number;
          "suspended_by"?: string | null;
          "team"?: string | null;
          "username"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "org_invitations": {
        Row: {
          "asked_at": string;
          "created_at": string;
          "email": string;
          "id": string;
          "invited_by": string | null;
          "org_id": string;
          "role": string;
        };
        ComputedFields: never;
        Insert: {
          "asked_at"?: string;
          "created_at"?: string;
          "email": string;
          "id"?: string;
          "invited_by"?: string | null;
          "org_id": string;
          "role": string;
        };
        Update: {
          "asked_at"?: string;
          "created_at"?: string;
          "email"?: string;
          "id"?: string;
          "invited_by"?: string | null;
          "org_id"?: string;
          "role"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "org_invitations_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "org_invitations_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "org_invitations_role_fkey";
            columns: ["role"];
            isOneToOne: false;
            referencedRelation: "roles";
            referencedColumns: ["name"];
          },
        ];
      };
      "org_members": {
        Row: {
          "created_at": string;
          "org_id": string;
          "role": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "org_id": string;
          "role": string;
          "user_id": string;
        };
        Update: {
          "created_at"?: string;
          "org_id"?: string;
          "role"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "org_members_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "org_members_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "org_members_role_fkey";
            columns: ["role"];
            isOneToOne: false;
            referencedRelation: "roles";
            referencedColumns: ["name"];
          },
        ];
      };
      "orgs": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "id": string;
          "name": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: string;
          "name": string;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: string;
          "name"?: string;
        };
        Relationships: [];
      };
      "planner_run_previews": {
        Row: {
          "created_at": string;
          "lines": NonNullable<Json>;
          "org_id": string;
          "planner_run": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "lines": NonNullable<Json>;
          "org_id": string;
          "planner_run": string;
        };
        Update: {
          "created_at"?: string;
          "lines"?: NonNullable<Json>;
          "org_id"?: string;
          "planner_run"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "planner_run_previews_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "planner_run_previews_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "planner_run_previews_org_id_planner_run_fkey";
            columns: ["org_id", "planner_run"];
            isOneToOne: false;
            referencedRelation: "allocation_planner_runs";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "positions": {
        Row: {
          "allows_leave": boolean;
          "colour": string;
          "created_at": string;
          "experience_categories": (string)[];
          "fte": number;
          "id": string;
          "is_clinical_team": boolean;
          "is_excludable": boolean;
          "is_nights_relief": boolean;
          "is_non_clinical": boolean;
          "is_rural": boolean;
          "is_service": boolean;
          "min_weeks": number;
          "name": string;
          "org_id": string;
          "six_month_part": number | null;
          "six_month_term": string | null;
          "specialty": string;
          "subspecialty": string | null;
          "team": string;
        };
        ComputedFields: never;
        Insert: {
          "allows_leave"?: boolean;
          "colour"?: string;
          "created_at"?: string;
          "experience_categories"?: (string)[];
          "fte"?: number;
          "id"?: string;
          "is_clinical_team"?: boolean;
          "is_excludable"?: boolean;
          "is_nights_relief"?: boolean;
          "is_non_clinical"?: boolean;
          "is_rural"?: boolean;
          "is_service"?: boolean;
          "min_weeks"?: number;
          "name": string;
          "org_id": string;
          "six_month_part"?: number | null;
          "six_month_term"?: string | null;
          "specialty": string;
          "subspecialty"?: string | null;
          "team": string;
        };
        Update: {
          "allows_leave"?: boolean;
          "colour"?: string;
          "created_at"?: string;
          "experience_categories"?: (string)[];
          "fte"?: number;
          "id"?: string;
          "is_clinical_team"?: boolean;
          "is_excludable"?: boolean;
          "is_nights_relief"?: boolean;
          "is_non_clinical"?: boolean;
          "is_rural"?: boolean;
          "is_service"?: boolean;
          "min_weeks"?: number;
          "name"?: string;
          "org_id"?: string;
          "six_month_part"?: number | null;
          "six_month_term"?: string | null;
          "specialty"?: string;
          "subspecialty"?: string | null;
          "team"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "positions_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "positions_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "positions_org_id_six_month_term_fkey";
            columns: ["org_id", "six_month_term"];
            isOneToOne: false;
            referencedRelation: "six_month_terms";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "positions_org_id_team_fkey";
            columns: ["org_id", "team"];
            isOneToOne: false;
            referencedRelation: "teams";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "preference_history": {
        Row: {
          "action": string;
          "allocation_run": string;
          "at": string;
          "changes": NonNullable<Json>;
          "device": string | null;
          "id": number;
          "org_id": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "action": string;
          "allocation_run": string;
          "at"?: string;
          "changes"?: NonNullable<Json>;
          "device"?: string | null;
          "id"?: never;
          "org_id": string;
          "worker_mapping": string;
        };
        Update: {
          "action"?: string;
          "allocation_run"?: string;
          "at"?: string;
          "changes"?: NonNullable<Json>;
          "device"?: string | null;
          "id"?: never;
          "org_id"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "preference_history_allocation_run_worker_mapping_org_id_fkey";
            columns: ["worker_mapping", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
        ];
      };
      "preference_line_notes": {
        Row: {
          "allocation_run": string;
          "changed_at": string;
          "job_line": string;
          "notes": string | null;
          "org_id": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "changed_at": string;
          "job_line": string;
          "notes"?: string | null;
          "org_id": string;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "changed_at"?: string;
          "job_line"?: string;
          "notes"?: string | null;
          "org_id"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "preference_line_notes_allocation_run_worker_mapping_org_id_fkey";
            columns: ["allocation_run", "worker_mapping", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "preference_line_notes_job_line_allocation_run_org_id_fkey";
            columns: ["job_line", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
        ];
      };
      "preference_worker_job_lines": {
        Row: {
          "allocation_run": string;
          "changed_at": string;
          "created_at": string;
          "job_line": string;
          "like_dislike_preference": number | null;
          "order_preference": number | null;
          "org_id": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "changed_at"?: string;
          "created_at"?: string;
          "job_line": string;
          "like_dislike_preference"?: number | null;
          "order_preference"?: number | null;
          "org_id": string;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "changed_at"?: string;
          "created_at"?: string;
          "job_line"?: string;
          "like_dislike_preference"?: number | null;
          "order_preference"?: number | null;
          "org_id"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "preference_worker_job_lines_line_fkey";
            columns: ["job_line", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "preference_worker_job_lines_worker_fkey";
            columns: ["allocation_run", "worker_mapping", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
        ];
      };
      "preference_worker_rotations": {
        Row: {
          "allocation_run": string;
          "changed_at": string;
          "like_dislike_preference": number | null;
          "notes": string | null;
          "org_id": string;
          "position": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "changed_at": string;
          "like_dislike_preference"?: number | null;
          "notes"?: string | null;
          "org_id": string;
          "position": string;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "changed_at"?: string;
          "like_dislike_preference"?: number | null;
          "notes"?: string | null;
          "org_id"?: string;
          "position"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "preference_worker_rotations_allocation_run_worker_mapping__fkey";
            columns: ["allocation_run", "worker_mapping", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "preference_worker_rotations_org_id_position_fkey";
            columns: ["org_id", "position"];
            isOneToOne: false;
            referencedRelation: "positions";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "preferencer_job_lines": {
        Row: {
          "allocation_run": string;
          "job_line": string;
          "org_id": string;
          "preferencer": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "job_line": string;
          "org_id": string;
          "preferencer": string;
        };
        Update: {
          "allocation_run"?: string;
          "job_line"?: string;
          "org_id"?: string;
          "preferencer"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "preferencer_job_lines_org_id_allocation_run_job_line_fkey";
            columns: ["job_line", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
          {
            foreignKeyName: "preferencer_job_lines_org_id_allocation_run_preferencer_fkey";
            columns: ["allocation_run", "preferencer", "org_id"];
            isOneToOne: false;
            referencedRelation: "preferencers";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
        ];
      };
      "preferencer_worker_ranks": {
        Row: {
          "allocation_run": string;
          "order_preference": number;
          "org_id": string;
          "preferencer": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "order_preference": number;
          "org_id": string;
          "preferencer": string;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "order_preference"?: number;
          "org_id"?: string;
          "preferencer"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "preferencer_worker_ranks_preferencer_fkey";
            columns: ["allocation_run", "preferencer", "org_id"];
            isOneToOne: false;
            referencedRelation: "preferencers";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "preferencer_worker_ranks_worker_fkey";
            columns: ["worker_mapping", "allocation_run", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["id", "allocation_run", "org_id"];
          },
        ];
      };
      "preferencers": {
        Row: {
          "allocation_run": string;
          "created_at": string;
          "email": string | null;
          "id": string;
          "max_job_lines": number | null;
          "max_workers": number | null;
          "name": string;
          "org_id": string;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "created_at"?: string;
          "email"?: string | null;
          "id"?: string;
          "max_job_lines"?: number | null;
          "max_workers"?: number | null;
          "name": string;
          "org_id": string;
          "user_id"?: string | null;
        };
        Update: {
          "allocation_run"?: string;
          "created_at"?: string;
          "email"?: string | null;
          "id"?: string;
          "max_job_lines"?: number | null;
          "max_workers"?: number | null;
          "name"?: string;
          "org_id"?: string;
          "user_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "preferencers_org_id_allocation_run_fkey";
            columns: ["org_id", "allocation_run"];
            isOneToOne: false;
            referencedRelation: "allocation_runs";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "preferencers_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "preferencers_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "prime_check_runs": {
        Row: {
          "by_agents": boolean;
          "created_at": string;
          "error_code": string | null;
          "error_message": string | null;
          "finished_at": string | null;
          "id": string;
          "offered": Json | null;
          "org_id": string;
          "primes": (number)[];
          "requested_by": string | null;
          "search_run": string | null;
          "started_at": string | null;
          "status": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "by_agents"?: boolean;
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "offered"?: Json | null;
          "org_id": string;
          "primes": (number)[];
          "requested_by"?: string | null;
          "search_run"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
          "updated_at"?: string;
        };
        Update: {
          "by_agents"?: boolean;
          "created_at"?: string;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "offered"?: Json | null;
          "org_id"?: string;
          "primes"?: (number)[];
          "requested_by"?: string | null;
          "search_run"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "prime_check_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "prime_check_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "prime_checks": {
        Row: {
          "certificate_digest": string;
          "checked_at": string;
          "cpu_ms": number;
          "id": number;
          "method": string | null;
          "prime_id": number;
          "reason": string | null;
          "slices": number;
          "valid": boolean;
        };
        ComputedFields: never;
        Insert: {
          "certificate_digest": string;
          "checked_at"?: string;
          "cpu_ms": number;
          "id"?: never;
          "method"?: string | null;
          "prime_id": number;
          "reason"?: string | null;
          "slices": number;
          "valid": boolean;
        };
        Update: {
          "certificate_digest"?: string;
          "checked_at"?: string;
          "cpu_ms"?: number;
          "id"?: never;
          "method"?: string | null;
          "prime_id"?: number;
          "reason"?: string | null;
          "slices"?: number;
          "valid"?: boolean;
        };
        Relationships: [
          {
            foreignKeyName: "prime_checks_prime_id_fkey";
            columns: ["prime_id"];
            isOneToOne: false;
            referencedRelation: "primes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "prime_checks_prime_id_fkey";
            columns: ["prime_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["our_best_id"];
          },
        ];
      };
      "prime_search_blocks": {
        Row: {
          "block_end": number;
          "block_number": number;
          "block_start": number;
          "claimed_at": string | null;
          "completed_at": string | null;
          "counted": Json | null;
          "cpu_ms": number;
          "digest": string | null;
          "digits": number | null;
          "error_code": string | null;
          "error_message": string | null;
          "found": number;
          "fraction": number;
          "id": number;
          "org_id": string;
          "run": string;
          "sieve_depth": number | null;
          "sieved": number;
          "slices": number;
          "status": string;
          "tested": number;
        };
        ComputedFields: never;
        Insert: {
          "block_end": number;
          "block_number": number;
          "block_start": number;
          "claimed_at"?: string | null;
          "completed_at"?: string | null;
          "counted"?: Json | null;
          "cpu_ms"?: number;
          "digest"?: string | null;
          "digits"?: number | null;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "found"?: number;
          "fraction"?: number;
          "id"?: never;
          "org_id": string;
          "run": string;
          "sieve_depth"?: number | null;
          "sieved"?: number;
          "slices"?: number;
          "status"?: string;
          "tested"?: number;
        };
        Update: {
          "block_end"?: number;
          "block_number"?: number;
          "block_start"?: number;
          "claimed_at"?: string | null;
          "completed_at"?: string | null;
          "counted"?: Json | null;
          "cpu_ms"?: number;
          "digest"?: string | null;
          "digits"?: number | null;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "found"?: number;
          "fraction"?: number;
          "id"?: never;
          "org_id"?: string;
          "run"?: string;
          "sieve_depth"?: number | null;
          "sieved"?: number;
          "slices"?: number;
          "status"?: string;
          "tested"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "prime_search_blocks_org_id_run_fkey";
            columns: ["org_id", "run"];
            isOneToOne: false;
            referencedRelation: "prime_search_runs";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "prime_search_evidence": {
        Row: {
          "block_number": number;
          "factors": string;
          "org_id": string;
          "residues": NonNullable<Json>;
          "run": string;
        };
        ComputedFields: never;
        Insert: {
          "block_number": number;
          "factors": string;
          "org_id": string;
          "residues": NonNullable<Json>;
          "run": string;
        };
        Update: {
          "block_number"?: number;
          "factors"?: string;
          "org_id"?: string;
          "residues"?: NonNullable<Json>;
          "run"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "prime_search_evidence_org_id_run_fkey";
            columns: ["org_id", "run"];
            isOneToOne: false;
            referencedRelation: "prime_search_runs";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "prime_search_evidence_run_block_number_fkey";
            columns: ["run", "block_number"];
            isOneToOne: true;
            referencedRelation: "prime_search_blocks";
            referencedColumns: ["run", "block_number"];
          },
        ];
      };
      "prime_search_finds": {
        Row: {
          "candidate": number;
          "found_at": string;
          "org_id": string;
          "prime_id": number;
          "proof_method": string;
          "reason": string | null;
          "run": string;
        };
        ComputedFields: never;
        Insert: {
          "candidate": number;
          "found_at"?: string;
          "org_id": string;
          "prime_id": number;
          "proof_method": string;
          "reason"?: string | null;
          "run": string;
        };
        Update: {
          "candidate"?: number;
          "found_at"?: string;
          "org_id"?: string;
          "prime_id"?: number;
          "proof_method"?: string;
          "reason"?: string | null;
          "run"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "prime_search_finds_org_id_run_fkey";
            columns: ["org_id", "run"];
            isOneToOne: false;
            referencedRelation: "prime_search_runs";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "prime_search_finds_prime_id_fkey";
            columns: ["prime_id"];
            isOneToOne: false;
            referencedRelation: "primes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "prime_search_finds_prime_id_fkey";
            columns: ["prime_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["our_best_id"];
          },
        ];
      };
      "prime_search_runs": {
        Row: {
          "block_size": number;
          "blocks": number;
          "candidates": number;
          "created_at": string;
          "cuts": NonNullable<Json>;
          "error_code": string | null;
          "error_message": string | null;
          "finished_at": string | null;
          "form": string;
          "id": string;
          "idempotency_key": string | null;
          "max_concurrent_blocks": number | null;
          "number": number;
          "org_id": string;
          "params": NonNullable<Json>;
          "paused_at": string | null;
          "priority": number;
          "progress": Json | null;
          "project_id": number | null;
          "project_phase": number | null;
          "request": NonNullable<Json>;
          "requested_by": string | null;
          "result": Json | null;
          "sieve_depth": number | null;
          "sizes": string;
          "started_at": string | null;
          "status": string;
          "updated_at": string;
          "worked_by": string;
        };
        ComputedFields: never;
        Insert: {
          "block_size": number;
          "blocks": number;
          "candidates": number;
          "created_at"?: string;
          "cuts"?: NonNullable<Json>;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "form": string;
          "id"?: string;
          "idempotency_key"?: string | null;
          "max_concurrent_blocks"?: number | null;
          "number"?: never;
          "org_id": string;
          "params": NonNullable<Json>;
          "paused_at"?: string | null;
          "priority"?: number;
          "progress"?: Json | null;
          "project_id"?: number | null;
          "project_phase"?: number | null;
          "request": NonNullable<Json>;
          "requested_by"?: string | null;
          "result"?: Json | null;
          "sieve_depth"?: number | null;
          "sizes"?: string;
          "started_at"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "worked_by"?: string;
        };
        Update: {
          "block_size"?: number;
          "blocks"?: number;
          "candidates"?: number;
          "created_at"?: string;
          "cuts"?: NonNullable<Json>;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "finished_at"?: string | null;
          "form"?: string;
          "id"?: string;
          "idempotency_key"?: string | null;
          "max_concurrent_blocks"?: number | null;
          "number"?: never;
          "org_id"?: string;
          "params"?: NonNullable<Json>;
          "paused_at"?: string | null;
          "priority"?: number;
          "progress"?: Json | null;
          "project_id"?: number | null;
          "project_phase"?: number | null;
          "request"?: NonNullable<Json>;
          "requested_by"?: string | null;
          "result"?: Json | null;
          "sieve_depth"?: number | null;
          "sizes"?: string;
          "started_at"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "worked_by"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "prime_search_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "prime_search_runs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "prime_search_runs_project_phase_fkey";
            columns: ["project_phase"];
            isOneToOne: false;
            referencedRelation: "project_phases";
            referencedColumns: ["id"];
          },
        ];
      };
      "primes": {
        Row: {
          "certificate": Json | null;
          "digits": number;
          "discoverer": string | null;
          "expression": string;
          "form": string;
          "found_at": string;
          "id": number;
          "operator_id": string | null;
          "proof_method": string;
          "search_params": string;
          "tags": (string)[];
          "verification_method": string | null;
          "verification_tier": number | null;
          "verified": boolean;
          "verified_at": string | null;
          "volunteer_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "certificate"?: Json | null;
          "digits": number;
          "discoverer"?: string | null;
          "expression": string;
          "form": string;
          "found_at"?: string;
          "id"?: never;
          "operator_id"?: string | null;
          "proof_method"?: string;
          "search_params"?: string;
          "tags"?: (string)[];
          "verification_method"?: string | null;
          "verification_tier"?: number | null;
          "verified"?: boolean;
          "verified_at"?: string | null;
          "volunteer_id"?: never;
        };
        Update: {
          "certificate"?: Json | null;
          "digits"?: number;
          "discoverer"?: string | null;
          "expression"?: string;
          "form"?: string;
          "found_at"?: string;
          "id"?: never;
          "operator_id"?: string | null;
          "proof_method"?: string;
          "search_params"?: string;
          "tags"?: (string)[];
          "verification_method"?: string | null;
          "verification_tier"?: number | null;
          "verified"?: boolean;
          "verified_at"?: string | null;
          "volunteer_id"?: never;
        };
        Relationships: [
          {
            foreignKeyName: "primes_operator_id_fkey";
            columns: ["operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["operator_id"];
          },
          {
            foreignKeyName: "primes_operator_id_fkey";
            columns: ["operator_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "primes_operator_id_fkey";
            columns: ["operator_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "primes_operator_id_fkey";
            columns: ["operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "primes_operator_id_fkey";
            columns: ["operator_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["id"];
          },
        ];
      };
      "project_events": {
        Row: {
          "created_at": string;
          "detail": NonNullable<Json>;
          "event_type": string;
          "id": number;
          "org_id": string;
          "project_id": number;
          "summary": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "detail"?: NonNullable<Json>;
          "event_type": string;
          "id"?: never;
          "org_id": string;
          "project_id": number;
          "summary": string;
        };
        Update: {
          "created_at"?: string;
          "detail"?: NonNullable<Json>;
          "event_type"?: string;
          "id"?: never;
          "org_id"?: string;
          "project_id"?: number;
          "summary"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "project_events_org_id_project_id_fkey";
            columns: ["project_id", "org_id"];
            isOneToOne: false;
            referencedRelation: "projects";
            referencedColumns: ["id", "org_id"];
          },
        ];
      };
      "project_phases": {
        Row: {
          "activation_condition": string | null;
          "attempts": number;
          "block_size": number;
          "candidates": number;
          "completed_at": string | null;
          "completion_condition": string;
          "depends_on": (string)[];
          "description": string;
          "error": string | null;
          "extends": string | null;
          "extensions": NonNullable<Json>;
          "form": string;
          "id": number;
          "name": string;
          "org_id": string;
          "phase_order": number;
          "project_id": number;
          "search_job_id": number | null;
          "search_params": NonNullable<Json>;
          "started_at": string | null;
          "status": string;
          "total_core_hours": number;
          "total_cost_usd": number;
          "total_found": number;
          "total_tested": number;
        };
        ComputedFields: never;
        Insert: {
          "activation_condition"?: string | null;
          "attempts"?: number;
          "block_size"?: number;
          "candidates": number;
          "completed_at"?: string | null;
          "completion_condition"?: string;
          "depends_on"?: (string)[];
          "description"?: string;
          "error"?: string | null;
          "extends"?: string | null;
          "extensions"?: NonNullable<Json>;
          "form": string;
          "id"?: never;
          "name": string;
          "org_id": string;
          "phase_order": number;
          "project_id": number;
          "search_job_id"?: number | null;
          "search_params": NonNullable<Json>;
          "started_at"?: string | null;
          "status"?: string;
          "total_core_hours"?: number;
          "total_cost_usd"?: number;
          "total_found"?: number;
          "total_tested"?: number;
        };
        Update: {
          "activation_condition"?: string | null;
          "attempts"?: number;
          "block_size"?: number;
          "candidates"?: number;
          "completed_at"?: string | null;
          "completion_condition"?: string;
          "depends_on"?: (string)[];
          "description"?: string;
          "error"?: string | null;
          "extends"?: string | null;
          "extensions"?: NonNullable<Json>;
          "form"?: string;
          "id"?: never;
          "name"?: string;
          "org_id"?: string;
          "phase_order"?: number;
          "project_id"?: number;
          "search_job_id"?: number | null;
          "search_params"?: NonNullable<Json>;
          "started_at"?: string | null;
          "status"?: string;
          "total_core_hours"?: number;
          "total_cost_usd"?: number;
          "total_found"?: number;
          "total_tested"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "project_phases_org_id_project_id_fkey";
            columns: ["org_id", "project_id"];
            isOneToOne: false;
            referencedRelation: "projects";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "project_phases_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "prime_search_runs";
            referencedColumns: ["number"];
          },
          {
            foreignKeyName: "project_phases_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "search_jobs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "project_phases_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "work_blocks";
            referencedColumns: ["search_job_id"];
          },
        ];
      };
      "projects": {
        Row: {
          "best_digits": number;
          "best_prime_id": number | null;
          "budget": NonNullable<Json>;
          "budget_alerted_at": string | null;
          "competitive": NonNullable<Json>;
          "completed_at": string | null;
          "created_at": string;
          "description": string;
          "form": string;
          "id": number;
          "idempotency_key": string | null;
          "infrastructure": NonNullable<Json>;
          "name": string;
          "objective": string;
          "org_id": string;
          "paused": string;
          "paused_at": string | null;
          "request_digest": string | null;
          "requested_by": string | null;
          "slug": string;
          "started_at": string | null;
          "status": string;
          "strategy": NonNullable<Json>;
          "target": NonNullable<Json>;
          "toml_source": string | null;
          "total_core_hours": number;
          "total_cost_usd": number;
          "total_found": number;
          "total_tested": number;
          "updated_at": string;
          "workers": NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          "best_digits"?: number;
          "best_prime_id"?: number | null;
          "budget"?: NonNullable<Json>;
          "budget_alerted_at"?: string | null;
          "competitive"?: NonNullable<Json>;
          "completed_at"?: string | null;
          "created_at"?: string;
          "description"?: string;
          "form": string;
          "id"?: never;
          "idempotency_key"?: string | null;
          "infrastructure"?: NonNullable<Json>;
          "name": string;
          "objective": string;
          "org_id": string;
          "paused"?: string;
          "paused_at"?: string | null;
          "request_digest"?: string | null;
          "requested_by"?: string | null;
          "slug": string;
          "started_at"?: string | null;
          "status"?: string;
          "strategy"?: NonNullable<Json>;
          "target"?: NonNullable<Json>;
          "toml_source"?: string | null;
          "total_core_hours"?: number;
          "total_cost_usd"?: number;
          "total_found"?: number;
          "total_tested"?: number;
          "updated_at"?: string;
          "workers"?: NonNullable<Json>;
        };
        Update: {
          "best_digits"?: number;
          "best_prime_id"?: number | null;
          "budget"?: NonNullable<Json>;
          "budget_alerted_at"?: string | null;
          "competitive"?: NonNullable<Json>;
          "completed_at"?: string | null;
          "created_at"?: string;
          "description"?: string;
          "form"?: string;
          "id"?: never;
          "idempotency_key"?: string | null;
          "infrastructure"?: NonNullable<Json>;
          "name"?: string;
          "objective"?: string;
          "org_id"?: string;
          "paused"?: string;
          "paused_at"?: string | null;
          "request_digest"?: string | null;
          "requested_by"?: string | null;
          "slug"?: string;
          "started_at"?: string | null;
          "status"?: string;
          "strategy"?: NonNullable<Json>;
          "target"?: NonNullable<Json>;
          "toml_source"?: string | null;
          "total_core_hours"?: number;
          "total_cost_usd"?: number;
          "total_found"?: number;
          "total_tested"?: number;
          "updated_at"?: string;
          "workers"?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: "projects_best_prime_id_fkey";
            columns: ["best_prime_id"];
            isOneToOne: false;
            referencedRelation: "primes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "projects_best_prime_id_fkey";
            columns: ["best_prime_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["our_best_id"];
          },
          {
            foreignKeyName: "projects_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "projects_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "qualification_tags": {
        Row: {
          "created_at": string;
          "id": string;
          "name": string;
          "org_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "org_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "org_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "qualification_tags_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "qualification_tags_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "records": {
        Row: {
          "category": string;
          "digits": number;
          "discovered_at": string | null;
          "expression": string;
          "fetched_at": string;
          "form": string;
          "holder": string | null;
          "id": number;
          "imported_by": string | null;
          "org_id": string | null;
          "source": string | null;
          "source_url": string | null;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "category"?: string;
          "digits": number;
          "discovered_at"?: string | null;
          "expression": string;
          "fetched_at"?: string;
          "form": string;
          "holder"?: string | null;
          "id"?: never;
          "imported_by"?: string | null;
          "org_id"?: string | null;
          "source"?: string | null;
          "source_url"?: string | null;
          "updated_at"?: string;
        };
        Update: {
          "category"?: string;
          "digits"?: number;
          "discovered_at"?: string | null;
          "expression"?: string;
          "fetched_at"?: string;
          "form"?: string;
          "holder"?: string | null;
          "id"?: never;
          "imported_by"?: string | null;
          "org_id"?: string | null;
          "source"?: string | null;
          "source_url"?: string | null;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "records_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "records_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "role_rights": {
        Row: {
          "right_name": string;
          "role": string;
        };
        ComputedFields: never;
        Insert: {
          "right_name": string;
          "role": string;
        };
        Update: {
          "right_name"?: string;
          "role"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "role_rights_role_fkey";
            columns: ["role"];
            isOneToOne: false;
            referencedRelation: "roles";
            referencedColumns: ["name"];
          },
        ];
      };
      "roles": {
        Row: {
          "description": string;
          "name": string;
        };
        ComputedFields: never;
        Insert: {
          "description": string;
          "name": string;
        };
        Update: {
          "description"?: string;
          "name"?: string;
        };
        Relationships: [];
      };
      "rotations": {
        Row: {
          "allocation_run": string;
          "created_at": string;
          "ends_on": string;
          "id": string;
          "job_line": string;
          "org_id": string;
          "position": string;
          "starts_on": string;
          "term": number;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "created_at"?: string;
          "ends_on": string;
          "id"?: string;
          "job_line": string;
          "org_id": string;
          "position": string;
          "starts_on": string;
          "term": number;
        };
        Update: {
          "allocation_run"?: string;
          "created_at"?: string;
          "ends_on"?: string;
          "id"?: string;
          "job_line"?: string;
          "org_id"?: string;
          "position"?: string;
          "starts_on"?: string;
          "term"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "rotations_org_id_allocation_run_job_line_fkey";
            columns: ["allocation_run", "job_line", "org_id"];
            isOneToOne: false;
            referencedRelation: "job_lines";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "rotations_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "rotations_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "rotations_org_id_position_fkey";
            columns: ["org_id", "position"];
            isOneToOne: false;
            referencedRelation: "positions";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "six_month_terms": {
        Row: {
          "college": string | null;
          "created_at": string;
          "id": string;
          "name": string;
          "org_id": string;
          "qualification": string | null;
        };
        ComputedFields: never;
        Insert: {
          "college"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "org_id": string;
          "qualification"?: string | null;
        };
        Update: {
          "college"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "org_id"?: string;
          "qualification"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "six_month_terms_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "six_month_terms_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "slice_cpu_rollups": {
        Row: {
          "cpu_ms_max": number;
          "cpu_ms_p50": number;
          "cpu_ms_p95": number;
          "day": string;
          "memory_bytes_max": number | null;
          "over_budget": number;
          "over_soft_limit": number;
          "phase": string;
          "slices": number;
          "source": string;
        };
        ComputedFields: never;
        Insert: {
          "cpu_ms_max": number;
          "cpu_ms_p50": number;
          "cpu_ms_p95": number;
          "day": string;
          "memory_bytes_max"?: number | null;
          "over_budget": number;
          "over_soft_limit": number;
          "phase": string;
          "slices": number;
          "source": string;
        };
        Update: {
          "cpu_ms_max"?: number;
          "cpu_ms_p50"?: number;
          "cpu_ms_p95"?: number;
          "day"?: string;
          "memory_bytes_max"?: number | null;
          "over_budget"?: number;
          "over_soft_limit"?: number;
          "phase"?: string;
          "slices"?: number;
          "source"?: string;
        };
        Relationships: [];
      };
      "strategy_config": {
        Row: {
          "enabled": boolean;
          "excluded_forms": (string)[];
          "max_concurrent_projects": number;
          "max_monthly_budget_usd": number;
          "max_per_project_budget_usd": number;
          "min_idle_workers_to_create": number;
          "org_id": string;
          "preferred_forms": (string)[];
          "record_proximity_threshold": number;
          "tick_interval_secs": number;
          "ticked_at": string | null;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "enabled"?: boolean;
          "excluded_forms"?: (string)[];
          "max_concurrent_projects"?: number;
          "max_monthly_budget_usd"?: number;
          "max_per_project_budget_usd"?: number;
          "min_idle_workers_to_create"?: number;
          "org_id": string;
          "preferred_forms"?: (string)[];
          "record_proximity_threshold"?: number;
          "tick_interval_secs"?: number;
          "ticked_at"?: string | null;
          "updated_at"?: string;
        };
        Update: {
          "enabled"?: boolean;
          "excluded_forms"?: (string)[];
          "max_concurrent_projects"?: number;
          "max_monthly_budget_usd"?: number;
          "max_per_project_budget_usd"?: number;
          "min_idle_workers_to_create"?: number;
          "org_id"?: string;
          "preferred_forms"?: (string)[];
          "record_proximity_threshold"?: number;
          "tick_interval_secs"?: number;
          "ticked_at"?: string | null;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "strategy_config_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: true;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "strategy_config_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: true;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "strategy_decisions": {
        Row: {
          "action_taken": string;
          "created_at": string;
          "decision_type": string;
          "estimated_cost_usd": number | null;
          "form": string | null;
          "id": number;
          "org_id": string;
          "override_reason": string | null;
          "params": NonNullable<Json>;
          "project_id": number | null;
          "reasoning": string;
          "scores": NonNullable<Json>;
          "search_job_id": number | null;
          "summary": string;
        };
        ComputedFields: never;
        Insert: {
          "action_taken": string;
          "created_at"?: string;
          "decision_type": string;
          "estimated_cost_usd"?: number | null;
          "form"?: string | null;
          "id"?: never;
          "org_id": string;
          "override_reason"?: string | null;
          "params"?: NonNullable<Json>;
          "project_id"?: number | null;
          "reasoning": string;
          "scores"?: NonNullable<Json>;
          "search_job_id"?: number | null;
          "summary": string;
        };
        Update: {
          "action_taken"?: string;
          "created_at"?: string;
          "decision_type"?: string;
          "estimated_cost_usd"?: number | null;
          "form"?: string | null;
          "id"?: never;
          "org_id"?: string;
          "override_reason"?: string | null;
          "params"?: NonNullable<Json>;
          "project_id"?: number | null;
          "reasoning"?: string;
          "scores"?: NonNullable<Json>;
          "search_job_id"?: number | null;
          "summary"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "strategy_decisions_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "strategy_decisions_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "strategy_decisions_org_id_project_id_fkey";
            columns: ["org_id", "project_id"];
            isOneToOne: false;
            referencedRelation: "projects";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "strategy_decisions_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "prime_search_runs";
            referencedColumns: ["number"];
          },
          {
            foreignKeyName: "strategy_decisions_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "search_jobs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "strategy_decisions_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "work_blocks";
            referencedColumns: ["search_job_id"];
          },
        ];
      };
      "system_logs": {
        Row: {
          "block_id": number | null;
          "component": string;
          "context": NonNullable<Json>;
          "created_at": string;
          "id": number;
          "level": string;
          "message": string;
          "org_id": string | null;
          "run_id": string | null;
          "source": string;
          "worker_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "block_id"?: number | null;
          "component": string;
          "context"?: NonNullable<Json>;
          "created_at"?: string;
          "id"?: never;
          "level": string;
          "message": string;
          "org_id"?: string | null;
          "run_id"?: string | null;
          "source": string;
          "worker_id"?: string | null;
        };
        Update: {
          "block_id"?: number | null;
          "component"?: string;
          "context"?: NonNullable<Json>;
          "created_at"?: string;
          "id"?: never;
          "level"?: string;
          "message"?: string;
          "org_id"?: string | null;
          "run_id"?: string | null;
          "source"?: string;
          "worker_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "system_logs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "system_logs_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "system_metrics": {
        Row: {
          "block_id": number | null;
          "cpu_ms": number;
          "created_at": string;
          "details": NonNullable<Json>;
          "id": number;
          "memory_bytes": number | null;
          "org_id": string | null;
          "phase": string;
          "run_id": string | null;
          "slice": number;
          "source": string;
          "stands_for": number;
          "wall_ms": number;
          "worker_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "block_id"?: number | null;
          "cpu_ms": number;
          "created_at"?: string;
          "details"?: NonNullable<Json>;
          "id"?: never;
          "memory_bytes"?: number | null;
          "org_id"?: string | null;
          "phase": string;
          "run_id"?: string | null;
          "slice": number;
          "source": string;
          "stands_for"?: number;
          "wall_ms": number;
          "worker_id"?: string | null;
        };
        Update: {
          "block_id"?: number | null;
          "cpu_ms"?: number;
          "created_at"?: string;
          "details"?: NonNullable<Json>;
          "id"?: never;
          "memory_bytes"?: number | null;
          "org_id"?: string | null;
          "phase"?: string;
          "run_id"?: string | null;
          "slice"?: number;
          "source"?: string;
          "stands_for"?: number;
          "wall_ms"?: number;
          "worker_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "system_metrics_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "system_metrics_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "teams": {
        Row: {
          "created_at": string;
          "hospital": string;
          "id": string;
          "name": string;
          "org_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "hospital": string;
          "id"?: string;
          "name": string;
          "org_id": string;
        };
        Update: {
          "created_at"?: string;
          "hospital"?: string;
          "id"?: string;
          "name"?: string;
          "org_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "teams_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "teams_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
          {
            foreignKeyName: "teams_org_id_hospital_fkey";
            columns: ["org_id", "hospital"];
            isOneToOne: false;
            referencedRelation: "hospitals";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "term_templates": {
        Row: {
          "name": string;
          "ruleset": string | null;
          "sort_order": number;
          "starts_monday": number;
          "starts_month": number;
          "state": string | null;
          "term_weeks": (number)[];
          "timezone": string;
          "title": string;
        };
        ComputedFields: never;
        Insert: {
          "name": string;
          "ruleset"?: string | null;
          "sort_order": number;
          "starts_monday": number;
          "starts_month": number;
          "state"?: string | null;
          "term_weeks": (number)[];
          "timezone": string;
          "title": string;
        };
        Update: {
          "name"?: string;
          "ruleset"?: string | null;
          "sort_order"?: number;
          "starts_monday"?: number;
          "starts_month"?: number;
          "state"?: string | null;
          "term_weeks"?: (number)[];
          "timezone"?: string;
          "title"?: string;
        };
        Relationships: [];
      };
      "user_profiles": {
        Row: {
          "created_at": string;
          "display_name": string | null;
          "id": string;
          "role": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "display_name"?: string | null;
          "id": string;
          "role"?: string;
          "updated_at"?: string;
        };
        Update: {
          "created_at"?: string;
          "display_name"?: string | null;
          "id"?: string;
          "role"?: string;
          "updated_at"?: string;
        };
        Relationships: [];
      };
      "verification_queue": {
        Row: {
          "attempts": number;
          "block_end": number;
          "block_start": number;
          "check_run": string | null;
          "completed_at": string | null;
          "cpu_ms": number;
          "created_at": string;
          "id": number;
          "offered_until": string | null;
          "org_id": string;
          "original_block_id": number;
          "original_found": number;
          "original_tested": number;
          "original_volunteer_id": string;
          "original_worker": string;
          "reopened_at": string | null;
          "reopened_whole": boolean;
          "resolution": string | null;
          "result_id": number;
          "search_job_id": number;
          "second_credit": number;
          "second_opinion": string | null;
          "seed": string | null;
          "share": number;
          "status": string;
          "verification_found": number | null;
          "verification_method": string;
          "verification_tested": number | null;
          "verification_volunteer_id": string | null;
          "verification_worker": string | null;
        };
        ComputedFields: never;
        Insert: {
          "attempts"?: number;
          "block_end": number;
          "block_start": number;
          "check_run"?: string | null;
          "completed_at"?: string | null;
          "cpu_ms"?: number;
          "created_at"?: string;
          "id"?: never;
          "offered_until"?: string | null;
          "org_id": string;
          "original_block_id": number;
          "original_found": number;
          "original_tested": number;
          "original_volunteer_id": string;
          "original_worker": string;
          "reopened_at"?: string | null;
          "reopened_whole"?: boolean;
          "resolution"?: string | null;
          "result_id": number;
          "search_job_id": number;
          "second_credit"?: number;
          "second_opinion"?: string | null;
          "seed"?: string | null;
          "share": number;
          "status"?: string;
          "verification_found"?: number | null;
          "verification_method": string;
          "verification_tested"?: number | null;
          "verification_volunteer_id"?: string | null;
          "verification_worker"?: string | null;
        };
        Update: {
          "attempts"?: number;
          "block_end"?: number;
          "block_start"?: number;
          "check_run"?: string | null;
          "completed_at"?: string | null;
          "cpu_ms"?: number;
          "created_at"?: string;
          "id"?: never;
          "offered_until"?: string | null;
          "org_id"?: string;
          "original_block_id"?: number;
          "original_found"?: number;
          "original_tested"?: number;
          "original_volunteer_id"?: string;
          "original_worker"?: string;
          "reopened_at"?: string | null;
          "reopened_whole"?: boolean;
          "resolution"?: string | null;
          "result_id"?: number;
          "search_job_id"?: number;
          "second_credit"?: number;
          "second_opinion"?: string | null;
          "seed"?: string | null;
          "share"?: number;
          "status"?: string;
          "verification_found"?: number | null;
          "verification_method"?: string;
          "verification_tested"?: number | null;
          "verification_volunteer_id"?: string | null;
          "verification_worker"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "verification_queue_org_id_check_run_fkey";
            columns: ["org_id", "check_run"];
            isOneToOne: false;
            referencedRelation: "node_check_runs";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "verification_queue_original_block_id_fkey";
            columns: ["original_block_id"];
            isOneToOne: false;
            referencedRelation: "prime_search_blocks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_original_block_id_fkey";
            columns: ["original_block_id"];
            isOneToOne: false;
            referencedRelation: "work_blocks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_original_volunteer_id_fkey";
            columns: ["original_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["operator_id"];
          },
          {
            foreignKeyName: "verification_queue_original_volunteer_id_fkey";
            columns: ["original_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_original_volunteer_id_fkey";
            columns: ["original_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_original_volunteer_id_fkey";
            columns: ["original_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_original_volunteer_id_fkey";
            columns: ["original_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_original_worker_fkey";
            columns: ["original_worker"];
            isOneToOne: false;
            referencedRelation: "operator_nodes";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_original_worker_fkey";
            columns: ["original_worker"];
            isOneToOne: false;
            referencedRelation: "volunteer_workers";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_result_id_fkey";
            columns: ["result_id"];
            isOneToOne: true;
            referencedRelation: "node_block_results";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "prime_search_runs";
            referencedColumns: ["number"];
          },
          {
            foreignKeyName: "verification_queue_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "search_jobs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_search_job_id_fkey";
            columns: ["search_job_id"];
            isOneToOne: false;
            referencedRelation: "work_blocks";
            referencedColumns: ["search_job_id"];
          },
          {
            foreignKeyName: "verification_queue_verification_volunteer_id_fkey";
            columns: ["verification_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["operator_id"];
          },
          {
            foreignKeyName: "verification_queue_verification_volunteer_id_fkey";
            columns: ["verification_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_verification_volunteer_id_fkey";
            columns: ["verification_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_verification_volunteer_id_fkey";
            columns: ["verification_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "verification_queue_verification_volunteer_id_fkey";
            columns: ["verification_volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["id"];
          },
        ];
      };
      "worker_qualifications": {
        Row: {
          "org_id": string;
          "qualification_tag": string;
          "worker": string;
        };
        ComputedFields: never;
        Insert: {
          "org_id": string;
          "qualification_tag": string;
          "worker": string;
        };
        Update: {
          "org_id"?: string;
          "qualification_tag"?: string;
          "worker"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "worker_qualifications_org_id_qualification_tag_fkey";
            columns: ["org_id", "qualification_tag"];
            isOneToOne: false;
            referencedRelation: "qualification_tags";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "worker_qualifications_org_id_worker_fkey";
            columns: ["org_id", "worker"];
            isOneToOne: false;
            referencedRelation: "workers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "worker_release_channels": {
        Row: {
          "channel": string;
          "rollout_percent": number;
          "updated_at": string;
          "version": string;
        };
        ComputedFields: never;
        Insert: {
          "channel": string;
          "rollout_percent"?: number;
          "updated_at"?: string;
          "version": string;
        };
        Update: {
          "channel"?: string;
          "rollout_percent"?: number;
          "updated_at"?: string;
          "version"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "worker_release_channels_version_fkey";
            columns: ["version"];
            isOneToOne: false;
            referencedRelation: "worker_releases";
            referencedColumns: ["version"];
          },
        ];
      };
      "worker_release_events": {
        Row: {
          "changed_at": string;
          "changed_by": string;
          "channel": string;
          "from_version": string | null;
          "id": number;
          "is_rollback": boolean;
          "rollout_percent": number;
          "to_version": string;
        };
        ComputedFields: never;
        Insert: {
          "changed_at"?: string;
          "changed_by": string;
          "channel": string;
          "from_version"?: string | null;
          "id"?: never;
          "is_rollback"?: boolean;
          "rollout_percent": number;
          "to_version": string;
        };
        Update: {
          "changed_at"?: string;
          "changed_by"?: string;
          "channel"?: string;
          "from_version"?: string | null;
          "id"?: never;
          "is_rollback"?: boolean;
          "rollout_percent"?: number;
          "to_version"?: string;
        };
        Relationships: [];
      };
      "worker_releases": {
        Row: {
          "artifacts": NonNullable<Json>;
          "created_at": string;
          "notes": string | null;
          "published_at": string;
          "version": string;
        };
        ComputedFields: never;
        Insert: {
          "artifacts": NonNullable<Json>;
          "created_at"?: string;
          "notes"?: string | null;
          "published_at"?: string;
          "version": string;
        };
        Update: {
          "artifacts"?: NonNullable<Json>;
          "created_at"?: string;
          "notes"?: string | null;
          "published_at"?: string;
          "version"?: string;
        };
        Relationships: [];
      };
      "worker_screening_rules": {
        Row: {
          "active": boolean;
          "allocation_run": string;
          "changed_at": string;
          "hospital": string | null;
          "id": string;
          "kind": string;
          "org_id": string;
          "specialty": string | null;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "active"?: boolean;
          "allocation_run": string;
          "changed_at": string;
          "hospital"?: string | null;
          "id"?: string;
          "kind": string;
          "org_id": string;
          "specialty"?: string | null;
          "worker_mapping": string;
        };
        Update: {
          "active"?: boolean;
          "allocation_run"?: string;
          "changed_at"?: string;
          "hospital"?: string | null;
          "id"?: string;
          "kind"?: string;
          "org_id"?: string;
          "specialty"?: string | null;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "worker_screening_rules_allocation_run_worker_mapping_org_i_fkey";
            columns: ["allocation_run", "worker_mapping", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
          {
            foreignKeyName: "worker_screening_rules_org_id_hospital_fkey";
            columns: ["org_id", "hospital"];
            isOneToOne: false;
            referencedRelation: "hospitals";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "worker_specialty_sentiments": {
        Row: {
          "allocation_run": string;
          "changed_at": string;
          "org_id": string;
          "sentiment": number | null;
          "specialty": string;
          "worker_mapping": string;
        };
        ComputedFields: never;
        Insert: {
          "allocation_run": string;
          "changed_at": string;
          "org_id": string;
          "sentiment"?: number | null;
          "specialty": string;
          "worker_mapping": string;
        };
        Update: {
          "allocation_run"?: string;
          "changed_at"?: string;
          "org_id"?: string;
          "sentiment"?: number | null;
          "specialty"?: string;
          "worker_mapping"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "worker_specialty_sentiments_allocation_run_worker_mapping__fkey";
            columns: ["allocation_run", "worker_mapping", "org_id"];
            isOneToOne: false;
            referencedRelation: "allocation_run_worker_mappings";
            referencedColumns: ["allocation_run", "id", "org_id"];
          },
        ];
      };
      "workers": {
        Row: {
          "created_at": string;
          "email": string;
          "erased_at": string | null;
          "id": string;
          "name": string;
          "org_id": string;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "email": string;
          "erased_at"?: string | null;
          "id"?: string;
          "name": string;
          "org_id": string;
          "user_id"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "email"?: string;
          "erased_at"?: string | null;
          "id"?: string;
          "name"?: string;
          "org_id"?: string;
          "user_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "workers_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "workers_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
    };
    Views: {
      "cost_observations": {
        Row: {
          "candidates": number | null;
          "completed_at": string | null;
          "cores_used": number | null;
          "digits": number | null;
          "duration_secs": number | null;
          "form": string;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "credit_log": {
        Row: {
          "block_id": number | null;
          "credit": number;
          "granted_at": string;
          "id": number;
          "org_id": string;
          "reason": string;
          "volunteer_id": string;
        };
        ComputedFields: never;
        Insert: {
          "block_id"?: number | null;
          "credit"?: number | null;
          "granted_at"?: string | null;
          "id"?: number | null;
          "org_id"?: string | null;
          "reason"?: string | null;
          "volunteer_id"?: string | null;
        };
        Update: {
          "block_id"?: number | null;
          "credit"?: number | null;
          "granted_at"?: string | null;
          "id"?: number | null;
          "org_id"?: string | null;
          "reason"?: string | null;
          "volunteer_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "operator_credits_block_id_fkey";
            columns: ["block_id"];
            isOneToOne: false;
            referencedRelation: "prime_search_blocks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operator_credits_block_id_fkey";
            columns: ["block_id"];
            isOneToOne: false;
            referencedRelation: "work_blocks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["org_id", "operator_id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_credits_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "email_status": {
        Row: {
          "emails": number | null;
          "kind": string;
          "last_error": string | null;
          "most_attempts": number | null;
          "oldest_due_at": string | null;
          "state": string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "failures_this_week": {
        Row: {
          "code": string | null;
          "first_at": string | null;
          "kind": string | null;
          "last_at": string | null;
          "last_context": Json | null;
          "last_message": string | null;
          "last_run": string | null;
          "orgs": number | null;
          "runs": number | null;
          "source": string | null;
          "times": number | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "fleet_status": {
        Row: {
          "ended_24h": number | null;
          "failed_24h": number | null;
          "last_sweep": string | null;
          "oldest_wait_s": number | null;
          "queued": number | null;
          "running": number | null;
          "source": string;
          "stale": number | null;
        };
        ComputedFields: never;
        Insert: {
          "ended_24h"?: never;
          "failed_24h"?: never;
          "last_sweep"?: never;
          "oldest_wait_s"?: never;
          "queued"?: never;
          "running"?: never;
          "source"?: string | null;
          "stale"?: never;
        };
        Update: {
          "ended_24h"?: never;
          "failed_24h"?: never;
          "last_sweep"?: never;
          "oldest_wait_s"?: never;
          "queued"?: never;
          "running"?: never;
          "source"?: string | null;
          "stale"?: never;
        };
        Relationships: [];
      };
      "form_yield_rates": {
        Row: {
          "form": string;
          "job_count": number | null;
          "max_range_searched": number | null;
          "total_found": number | null;
          "total_tested": number | null;
          "yield_rate": number | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "operator_badges": {
        Row: {
          "badge": string | null;
          "operator_id": string;
          "org_id": string;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "operator_leaderboard": {
        Row: {
          "credit": number;
          "id": string;
          "joined_at": string;
          "last_seen": string | null;
          "org_id": string;
          "primes_found": number;
          "team": string | null;
          "trust_level": number | null;
          "username": string;
          "worker_count": number | null;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "queue_waits_daily": {
        Row: {
          "day": string | null;
          "runs": number | null;
          "source": string;
          "still_waiting": number | null;
          "wait_s_max": number | null;
          "wait_s_p50": number | null;
          "wait_s_p95": number | null;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: "search_jobs_search_type_fkey";
            columns: ["source"];
            isOneToOne: false;
            referencedRelation: "fleet_status";
            referencedColumns: ["source"];
          },
        ];
      };
      "records_beside_ours": {
        Row: {
          "category": string;
          "digits": number;
          "discovered_at": string | null;
          "expression": string;
          "fetched_at": string;
          "for_org": string;
          "form": string;
          "holder": string | null;
          "id": number;
          "imported_by": string | null;
          "org_id": string | null;
          "our_best_digits": number | null;
          "our_best_id": number | null;
          "source": string | null;
          "source_url": string | null;
          "updated_at": string;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: "records_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "records_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "run_timeline": {
        Row: {
          "at": string | null;
          "details": Json | null;
          "event": string | null;
          "run_id": string | null;
          "step": number | null;
          "worker_id": string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "search_jobs": {
        Row: {
          "block_size": number;
          "created_at": string;
          "error": string | null;
          "id": number;
          "params": NonNullable<Json>;
          "project_id": number | null;
          "range_end": number | null;
          "range_start": number | null;
          "run": string;
          "search_type": string;
          "started_at": string | null;
          "status": string | null;
          "stopped_at": string | null;
          "total_found": number | null;
          "total_tested": number | null;
        };
        ComputedFields: never;
        Insert: {
          "block_size"?: number | null;
          "created_at"?: string | null;
          "error"?: string | null;
          "id"?: number | null;
          "params"?: Json | null;
          "project_id"?: number | null;
          "range_end"?: never;
          "range_start"?: never;
          "run"?: string | null;
          "search_type"?: string | null;
          "started_at"?: string | null;
          "status"?: never;
          "stopped_at"?: string | null;
          "total_found"?: never;
          "total_tested"?: never;
        };
        Update: {
          "block_size"?: number | null;
          "created_at"?: string | null;
          "error"?: string | null;
          "id"?: number | null;
          "params"?: Json | null;
          "project_id"?: number | null;
          "range_end"?: never;
          "range_start"?: never;
          "run"?: string | null;
          "search_type"?: string | null;
          "started_at"?: string | null;
          "status"?: never;
          "stopped_at"?: string | null;
          "total_found"?: never;
          "total_tested"?: never;
        };
        Relationships: [];
      };
      "slice_cpu_daily": {
        Row: {
          "cpu_ms_max": number | null;
          "cpu_ms_p50": number | null;
          "cpu_ms_p95": number | null;
          "day": string | null;
          "memory_bytes_max": number | null;
          "over_budget": number | null;
          "over_soft_limit": number | null;
          "percent_of_hard_limit": number | null;
          "phase": string | null;
          "slices": number | null;
          "source": string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "verification_cost_summary": {
        Row: {
          "check_seconds": number | null;
          "conflicts": number | null;
          "credit": number | null;
          "org_id": string;
          "results": number | null;
          "second_credit": number | null;
          "second_opinions": number | null;
          "tested": number | null;
          "tested_again": number | null;
          "trust_level": number;
          "verification_method": string;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "volunteer_leaderboard": {
        Row: {
          "credit": number;
          "id": string;
          "joined_at": string;
          "last_seen": string | null;
          "org_id": string;
          "primes_found": number;
          "team": string | null;
          "trust_level": number | null;
          "username": string;
          "worker_count": number | null;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "volunteer_trust": {
        Row: {
          "consecutive_valid": number;
          "org_id": string;
          "total_invalid": number;
          "total_valid": number;
          "trust_level": number;
          "volunteer_id": string;
        };
        ComputedFields: never;
        Insert: {
          "consecutive_valid"?: number | null;
          "org_id"?: string | null;
          "total_invalid"?: number | null;
          "total_valid"?: number | null;
          "trust_level"?: number | null;
          "volunteer_id"?: string | null;
        };
        Update: {
          "consecutive_valid"?: number | null;
          "org_id"?: string | null;
          "total_invalid"?: number | null;
          "total_valid"?: number | null;
          "trust_level"?: number | null;
          "volunteer_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["org_id", "operator_id"];
          },
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_trust_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "volunteer_workers": {
        Row: {
          "arch": string | null;
          "benchmark_score": number | null;
          "cores": number;
          "cpu_model": string | null;
          "gpu_model": string | null;
          "gpu_vram_gb": number | null;
          "has_gpu": boolean;
          "hostname": string | null;
          "id": string;
          "last_heartbeat": string | null;
          "org_id": string;
          "os": string | null;
          "ram_gb": number | null;
          "registered_at": string;
          "update_channel": string;
          "volunteer_id": string;
          "worker_id": string;
          "worker_version": string | null;
        };
        ComputedFields: never;
        Insert: {
          "arch"?: string | null;
          "benchmark_score"?: number | null;
          "cores"?: number | null;
          "cpu_model"?: string | null;
          "gpu_model"?: string | null;
          "gpu_vram_gb"?: number | null;
          "has_gpu"?: boolean | null;
          "hostname"?: string | null;
          "id"?: string | null;
          "last_heartbeat"?: string | null;
          "org_id"?: string | null;
          "os"?: string | null;
          "ram_gb"?: number | null;
          "registered_at"?: string | null;
          "update_channel"?: string | null;
          "volunteer_id"?: string | null;
          "worker_id"?: string | null;
          "worker_version"?: string | null;
        };
        Update: {
          "arch"?: string | null;
          "benchmark_score"?: number | null;
          "cores"?: number | null;
          "cpu_model"?: string | null;
          "gpu_model"?: string | null;
          "gpu_vram_gb"?: number | null;
          "has_gpu"?: boolean | null;
          "hostname"?: string | null;
          "id"?: string | null;
          "last_heartbeat"?: string | null;
          "org_id"?: string | null;
          "os"?: string | null;
          "ram_gb"?: number | null;
          "registered_at"?: string | null;
          "update_channel"?: string | null;
          "volunteer_id"?: string | null;
          "worker_id"?: string | null;
          "worker_version"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_badges";
            referencedColumns: ["org_id", "operator_id"];
          },
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operator_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "operators";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteer_leaderboard";
            referencedColumns: ["org_id", "id"];
          },
          {
            foreignKeyName: "operator_nodes_org_id_operator_id_fkey";
            columns: ["org_id", "volunteer_id"];
            isOneToOne: false;
            referencedRelation: "volunteers";
            referencedColumns: ["org_id", "id"];
          },
        ];
      };
      "volunteers": {
        Row: {
          "credit": number;
          "id": string;
          "joined_at": string;
          "last_seen": string | null;
          "org_id": string;
          "primes_found": number;
          "team": string | null;
          "username": string;
        };
        ComputedFields: never;
        Insert: {
          "credit"?: number | null;
          "id"?: string | null;
          "joined_at"?: string | null;
          "last_seen"?: string | null;
          "org_id"?: string | null;
          "primes_found"?: number | null;
          "team"?: string | null;
          "username"?: string | null;
        };
        Update: {
          "credit"?: number | null;
          "id"?: string | null;
          "joined_at"?: string | null;
          "last_seen"?: string | null;
          "org_id"?: string | null;
          "primes_found"?: number | null;
          "team"?: string | null;
          "username"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "orgs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "operators_org_id_fkey";
            columns: ["org_id"];
            isOneToOne: false;
            referencedRelation: "records_beside_ours";
            referencedColumns: ["for_org"];
          },
        ];
      };
      "work_blocks": {
        Row: {
          "block_end": number;
          "block_start": number;
          "claimed_at": string | null;
          "claimed_by": string | null;
          "completed_at": string | null;
          "cores_used": number | null;
          "duration_secs": number | null;
          "found": number;
          "id": number;
          "search_job_id": number;
          "status": string;
          "tested": number;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "worker_release_adoption": {
        Row: {
          "last_heartbeat": string | null;
          "nodes": number | null;
          "nodes_last_hour": number | null;
          "org_id": string;
          "update_channel": string;
          "version": string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
    };
    Functions: {
      "agreed_links": { Args: { "p_allocation_run": string }; Returns: Json };
      "answer_link": {
        Args: {
          "p_agrees": boolean;
          "p_changed_at"?: string;
          "p_link": string;
          "p_worker_mapping": string;
        };
        Returns: Json;
      };
      "answer_swap": { Args: { "p_agree": boolean; "p_swap": string }; Returns: Json };
      "appoint_manager": { Args: { "p_email": string; "p_org_id": string }; Returns: string };
      "approve_swap": {
        Args: { "p_edit"?: Json; "p_override"?: boolean; "p_reason"?: string; "p_swap": string };
        Returns: Json;
      };
      "archive_allocation_run": {
        Args: { "p_allocation_run": string; "p_reason"?: string };
        Returns: undefined;
      };
      "archive_job_lines": {
        Args: { "p_allocation_run": string; "p_job_lines": (string)[]; "p_reason"?: string };
        Returns: Json;
      };
      "archived_allocation_runs": {
        Args: { "p_org": string };
        Returns: {
          "allocation_plan": string;
          "archived_at": string;
          "doctors": number;
          "id": string;
          "lines": number;
          "name": string;
          "starts_on": string;
        }[];
      };
      "archived_lines": {
        Args: { "p_allocation_run": string };
        Returns: {
          "allocations": number;
          "archived_at": string;
          "id": string;
          "is_locked": boolean;
          "must_have": boolean;
          "name": string;
          "places": number;
          "positions": (string)[];
          "ranks": number;
        }[];
      };
      "ask_swap": { Args: { "p_swap": Json; "p_worker_mapping": string }; Returns: Json };
      "assign_preferencer": {
        Args: { "p_email": string; "p_preferencer": string; "p_seen"?: Json };
        Returns: Json;
      };
      "audit_about": {
        Args: {
          "p_actor"?: string;
          "p_allocation_run"?: string;
          "p_before"?: number;
          "p_from"?: string;
          "p_limit"?: number;
          "p_org_id": string;
          "p_subjects": (string)[];
          "p_tables"?: (string)[];
          "p_until"?: string;
        };
        Returns: {
          "actor": string | null;
          "actor_name": string | null;
          "after": Json | null;
          "allocation_run": string | null;
          "at": string;
          "before": Json | null;
          "id": number;
          "keys": NonNullable<Json>;
          "operation": string;
          "org_id": string | null;
          "part": number;
          "parts": number;
          "reason": string | null;
          "row_count": number;
          "shared": NonNullable<Json>;
          "subjects": (string)[];
          "table_name": string;
          "through": string;
          "transaction": number;
        }[];
        SetofOptions: {
          from: "*";
          to: "audit_log";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      "audit_names": {
        Args: { "p_ids": (string)[]; "p_org_id": string };
        Returns: {
          "id": string;
          "name": string;
        }[];
      };
      "avoid_repeats": { Args: { "p_allocation_run": string; "p_document"?: Json }; Returns: Json };
      "begin_page": { Args: Record<PropertyKey, never>; Returns: Json };
      "calendar_link": { Args: { "p_renew"?: boolean; "p_worker_mapping": string }; Returns: Json };
      "cancel_agent_task": { Args: { "p_reason"?: string; "p_task": number }; Returns: Json };
      "cancel_allocator_run": { Args: { "p_run": string }; Returns: Json };
      "cancel_node_command": { Args: { "p_command": number }; Returns: string };
      "cancel_planner_run": { Args: { "p_planner_run": string }; Returns: Json };
      "cancel_prime_search": { Args: { "p_run": string }; Returns: Json };
      "check_swap": { Args: { "p_swap": Json; "p_worker_mapping": string }; Returns: Json };
      "claim_invitations": { Args: Record<PropertyKey, never>; Returns: Json };
      "claim_worker": { Args: Record<PropertyKey, never>; Returns: Json };
      "close_window": { Args: { "p_allocation_run": string }; Returns: Json };
      "command_node": {
        Args: {
          "p_command": string;
          "p_idempotency_key"?: string;
          "p_node": string;
          "p_payload"?: Json;
        };
        Returns: Json;
      };
      "copy_allocation_run": {
        Args: { "p_allocation_run": string; "p_document": Json };
        Returns: Json;
      };
      "correct_result": {
        Args: { "p_allocation_run": string; "p_moves": Json; "p_reason": string };
        Returns: Json;
      };
      "create_agent": { Args: { "p_agent": Json }; Returns: Json };
      "create_org": { Args: { "p_name": string }; Returns: Json };
      "decide_agent_approval": {
        Args: { "p_approval": number; "p_approve": boolean; "p_reason"?: string };
        Returns: Json;
      };
      "direct_project": {
        Args: { "p_action": string; "p_phase"?: string; "p_project": number };
        Returns: Json;
      };
      "edit_job_lines": {
        Args: { "p_allocation_run": string; "p_edit": Json; "p_reason"?: string };
        Returns: Json;
      };
      "erase_operator": { Args: { "p_operator": string }; Returns: Json };
      "erase_person": { Args: { "p_reason"?: string; "p_worker": string }; Returns: Json };
      "expand_agent_template": {
        Args: { "p_idempotency_key"?: string; "p_request": Json };
        Returns: Json;
      };
      "export_person": { Args: { "p_worker": string }; Returns: Json };
      "finalise_match": {
        Args: {
          "p_allocator_run": string;
          "p_corrections"?: Json;
          "p_override"?: boolean;
          "p_reason"?: string;
        };
        Returns: Json;
      };
      "forget_agent_memory": { Args: { "p_memory": number }; Returns: boolean };
      "form_leaderboard": { Args: Record<PropertyKey, never>; Returns: Json };
      "get_agent_budgets": { Args: { "p_org_id": string }; Returns: Json };
      "get_digit_distribution": { Args: { "bucket_size_param"?: number }; Returns: Json };
      "get_discovery_timeline": { Args: { "bucket_type"?: string }; Returns: Json };
      "get_stats": { Args: Record<PropertyKey, never>; Returns: Json };
      "get_worker_qualifications": {
        Args: { "allocation_run": string };
        Returns: {
          "qualification_tag_ids": (string)[];
          "worker_mapping": string;
        }[];
      };
      "grant_right": {
        Args: { "p_org_id": string; "p_reason": string; "p_right": string; "p_user_id": string };
        Returns: Json;
      };
      "import_affinities": {
        Args: {
          "p_allocation_run"?: string;
          "p_dry_run"?: boolean;
          "p_name": string;
          "p_org_id": string;
          "p_preview"?: string;
          "p_weights": Json;
        };
        Returns: Json;
      };
      "import_population": {
        Args: {
          "p_document": Json;
          "p_dry_run"?: boolean;
          "p_new_lines"?: boolean;
          "p_preview"?: string;
          "p_seen"?: Json;
        };
        Returns: Json;
      };
      "import_positions": {
        Args: {
          "p_allocation_run": string;
          "p_dry_run"?: boolean;
          "p_preview"?: string;
          "p_reason"?: string;
          "p_remove_missing"?: boolean;
          "p_rows": Json;
        };
        Returns: Json;
      };
      "import_records": { Args: { "p_records": Json }; Returns: number };
      "import_result": {
        Args: {
          "p_allocation_run": string;
          "p_dry_run"?: boolean;
          "p_lines": Json;
          "p_override"?: boolean;
          "p_preview"?: string;
          "p_reason"?: string;
        };
        Returns: Json;
      };
      "import_roster": {
        Args: {
          "p_allocation_run": string;
          "p_edit": Json;
          "p_positions": Json;
          "p_reason"?: string;
        };
        Returns: Json;
      };
      "invite_doctors": {
        Args: { "p_allocation_run": string; "p_worker_mappings"?: (string)[] };
        Returns: Json;
      };
      "invite_members": { Args: { "p_members": Json; "p_org_id": string }; Returns: Json };
      "invite_operator": {
        Args: {
          "p_days"?: number;
          "p_idempotency_key"?: string;
          "p_note"?: string;
          "p_org_id"?: string;
        };
        Returns: Json;
      };
      "keep_job_lines": { Args: { "p_allocation_run": string; "p_name": string }; Returns: string };
      "line_doctors": {
        Args: { "p_allocation_run": string };
        Returns: {
          "choice": number;
          "correction_reason": string;
          "doctor": string;
          "ends_on": string;
          "fte": number;
          "job_line": string;
          "overrides": (string)[];
          "rank": number;
          "source": string;
          "starts_on": string;
          "worker": string;
          "worker_mapping": string;
        }[];
      };
      "list_granted_rights": {
        Args: { "p_org_id": string };
        Returns: {
          "email": string;
          "granted_at": string;
          "granted_by": string;
          "reason": string;
          "right_name": string;
          "user_id": string;
        }[];
      };
      "list_members": {
        Args: { "p_org_id": string };
        Returns: {
          "asked_at": string;
          "email": string;
          "mail": string;
          "role": string;
          "since": string;
          "user_id": string;
        }[];
      };
      "list_operators": {
        Args: { "p_org_id": string };
        Returns: {
          "credit": number;
          "email": string;
          "id": string;
          "is_active": boolean;
          "joined_at": string;
          "key_expires_at": string;
          "last_seen": string;
          "nodes": number;
          "primes_found": number;
          "rejected": number;
          "team": string;
          "trust_level": number;
          "unchecked": number;
          "username": string;
        }[];
      };
      "list_swaps": { Args: { "p_allocation_run": string }; Returns: Json };
      "lock_doctors": {
        Args: { "p_allocation_run": string; "p_worker_mappings": (string)[] };
        Returns: number;
      };
      "lock_job_lines": {
        Args: {
          "p_allocation_run": string;
          "p_job_lines": (string)[];
          "p_locked": boolean;
          "p_reason"?: string;
        };
        Returns: number;
      };
      "match_changes": {
        Args: { "p_run": string };
        Returns: {
          "change": string;
          "job_line": string;
          "line_name": string;
          "rule": string;
          "since": string;
          "worker_mapping": string;
          "worker_name": string;
        }[];
      };
      "match_readiness": { Args: { "p_allocation_run": string }; Returns: Json };
      "match_runs": {
        Args: { "p_run": string };
        Returns: {
          "completed_at": string;
          "run": string;
        }[];
      };
      "member_emails": {
        Args: { "p_org_id": string };
        Returns: {
          "email": string;
          "user_id": string;
        }[];
      };
      "metric_series": {
        Args: {
          "p_from": string;
          "p_labels"?: Json;
          "p_metric": string;
          "p_scope": string;
          "p_until"?: string;
        };
        Returns: Json;
      };
      "my_departments": { Args: Record<PropertyKey, never>; Returns: Json };
      "my_links": { Args: { "p_worker_mapping": string }; Returns: Json };
      "my_windows": { Args: Record<PropertyKey, never>; Returns: Json };
      "name_planner_run": {
        Args: { "p_name": string; "p_run": string; "p_seen"?: Json };
        Returns: undefined;
      };
      "name_snapshot": {
        Args: { "p_name": string; "p_seen"?: Json; "p_snapshot": string };
        Returns: undefined;
      };
      "offer_records": {
        Args: { "p_dry_run"?: boolean; "p_org_id"?: string; "p_records": Json };
        Returns: Json;
      };
      "open_window": {
        Args: {
          "p_allocation_run": string;
          "p_due_date"?: string;
          "p_due_local"?: string;
          "p_seen"?: Json;
          "p_settings"?: Json;
        };
        Returns: Json;
      };
      "operations_failures": {
        Args: { "p_org_id": string };
        Returns: {
          "allocation_run": string;
          "allocation_run_name": string;
          "at": string;
          "error_code": string;
          "error_message": string;
          "log": Json;
          "run_id": string;
          "source": string;
          "status": string;
        }[];
      };
      "operations_fleet": {
        Args: { "p_org_id": string };
        Returns: {
          "at_once": number;
          "cpu_ms_max": number;
          "cpu_ms_p50": number;
          "cpu_ms_p95": number;
          "ended_24h": number;
          "failed_24h": number;
          "last_sweep": string;
          "last_sweep_reclaimed": number;
          "oldest_wait_s": number;
          "queued": number;
          "read_at": string;
          "running": number;
          "slices_24h": number;
          "source": string;
        }[];
      };
      "operations_queue": {
        Args: { "p_org_id": string };
        Returns: {
          "ahead": number;
          "allocation_run": string;
          "allocation_run_name": string;
          "attempts": number;
          "cpu_ms": number;
          "cpu_ms_total": number;
          "created_at": string;
          "heartbeat_at": string;
          "mine": boolean;
          "phase": string;
          "run_id": string;
          "sharing": number;
          "slices": number;
          "source": string;
          "started_at": string;
          "status": string;
          "working": boolean;
        }[];
      };
      "operations_slices": {
        Args: { "p_org_id": string };
        Returns: {
          "allocation_run": string;
          "allocation_run_name": string;
          "at": string;
          "cpu_ms": number;
          "id": number;
          "memory_bytes": number;
          "phase": string;
          "run_id": string;
          "slice": number;
          "source": string;
          "wall_ms": number;
        }[];
      };
      "override_decision": { Args: { "p_decision": number; "p_reason": string }; Returns: Json };
      "pause_prime_search": { Args: { "p_pause": boolean; "p_run": string }; Returns: Json };
      "plan_terms": {
        Args: { "p_starts_on"?: string; "p_template": string; "p_year": number };
        Returns: Json;
      };
      "populate_allocation_run": { Args: { "p_document": Json }; Returns: Json };
      "preview_email_template": {
        Args: { "p_kind"?: string; "p_org_id": string; "p_template": Json };
        Returns: Json;
      };
      "project_features": { Args: Record<PropertyKey, never>; Returns: string[] };
      "queue_pending_allocator_runs": { Args: Record<PropertyKey, never>; Returns: number };
      "read_catalogue": { Args: Record<PropertyKey, never>; Returns: Json };
      "read_department": { Args: { "p_preferencer": string }; Returns: Json };
      "read_emails": { Args: { "p_org_id": string }; Returns: Json };
      "read_history": { Args: { "p_org_id": string; "p_runs"?: (string)[] }; Returns: Json };
      "read_lottery": { Args: { "p_worker_mapping": string }; Returns: Json };
      "read_match": { Args: { "p_allocation_run": string }; Returns: Json };
      "read_population": { Args: { "p_allocation_run": string }; Returns: Json };
      "read_result": { Args: { "p_worker_mapping": string }; Returns: Json };
      "read_results": {
        Args: { "p_allocation_run": string };
        Returns: {
          "allocator_run": string;
          "correction_reason": string;
          "doctor": string;
          "emailed_at": string;
          "end_date": string;
          "finalised_at": string;
          "fte": number;
          "job_line": string;
          "job_line_name": string;
          "overrides": (string)[];
          "own_end_date": string;
          "own_start_date": string;
          "preference_number": number;
          "released_at": string;
          "start_date": string;
          "version": number;
          "versions": Json;
          "withdrawn_at": string;
          "worker_mapping": string;
        }[];
      };
      "read_roster": { Args: { "p_allocation_run": string }; Returns: Json };
      "read_setup": { Args: { "p_allocation_run": string }; Returns: Json };
      "read_swaps": { Args: { "p_worker_mapping": string }; Returns: Json };
      "read_window": { Args: { "p_worker_mapping": string }; Returns: Json };
      "read_window_state": { Args: { "p_allocation_run": string }; Returns: Json };
      "refuse_swap": { Args: { "p_reason": string; "p_swap": string }; Returns: Json };
      "reinstate_doctors": {
        Args: { "p_allocation_run": string; "p_reason"?: string; "p_worker_mappings": (string)[] };
        Returns: number;
      };
      "release_result": { Args: { "p_allocation_run": string; "p_seen"?: Json }; Returns: Json };
      "remove_agent_schedule": { Args: { "p_schedule": number }; Returns: boolean };
      "remove_member": { Args: { "p_org_id": string; "p_user_id": string }; Returns: undefined };
      "rename_org": {
        Args: { "p_name": string; "p_org_id": string; "p_seen"?: Json };
        Returns: string;
      };
      "reopen_window": {
        Args: {
          "p_allocation_run": string;
          "p_due_date"?: string;
          "p_due_local"?: string;
          "p_reason": string;
          "p_seen"?: Json;
          "p_settings"?: Json;
        };
        Returns: Json;
      };
      "request_agent_task": {
        Args: { "p_idempotency_key"?: string; "p_task": Json };
        Returns: Json;
      };
      "request_allocator_run": {
        Args: { "p_idempotency_key"?: string; "p_request": Json; "p_run": Json };
        Returns: Json;
      };
      "request_planner_run": {
        Args: {
          "p_idempotency_key"?: string;
          "p_request": Json;
          "p_run": Json;
          "p_save_constraints"?: boolean;
          "p_seen"?: Json;
        };
        Returns: Json;
      };
      "request_prime_search": {
        Args: { "p_idempotency_key"?: string; "p_request": Json; "p_run": Json };
        Returns: Json;
      };
      "request_project": {
        Args: { "p_idempotency_key"?: string; "p_project": Json };
        Returns: Json;
      };
      "resend_invitation": { Args: { "p_email": string; "p_org_id": string }; Returns: Json };
      "reset_operator_key": { Args: { "p_operator": string }; Returns: Json };
      "resolve_release": {
        Args: { "p_arch"?: string; "p_channel": string; "p_node"?: string; "p_os"?: string };
        Returns: Json;
      };
      "restore_job_lines": { Args: { "p_reason"?: string; "p_snapshot": string }; Returns: Json };
      "retract_wishes": { Args: { "p_worker_mapping": string }; Returns: Json };
      "retry_emails": { Args: { "p_org_id": string }; Returns: number };
      "revoke_agent": { Args: { "p_agent": string }; Returns: Json };
      "revoke_calendar_link": { Args: { "p_worker_mapping": string }; Returns: boolean };
      "revoke_operator_invitation": { Args: { "p_invitation": string }; Returns: boolean };
      "revoke_right": {
        Args: { "p_org_id": string; "p_reason"?: string; "p_right": string; "p_user_id": string };
        Returns: boolean;
      };
      "rotate_agent_key": { Args: { "p_agent": string; "p_days"?: number }; Returns: Json };
      "save_agent_schedule": { Args: { "p_schedule": Json; "p_seen"?: Json }; Returns: Json };
      "save_agent_template": { Args: { "p_template": Json }; Returns: Json };
      "save_department_ranks": {
        Args: { "p_changes": Json; "p_preferencer": string };
        Returns: Json;
      };
      "save_email_template": {
        Args: { "p_kind": string; "p_org_id": string; "p_seen"?: Json; "p_template": Json };
        Returns: Json;
      };
      "save_link": {
        Args: {
          "p_changed_at"?: string;
          "p_link": string;
          "p_wish": Json;
          "p_worker_mapping": string;
        };
        Returns: Json;
      };
      "save_wishes": { Args: { "p_changes": Json; "p_worker_mapping": string }; Returns: Json };
      "score_forms": { Args: { "p_org_id": string }; Returns: Json };
      "set_agent_budget": {
        Args: { "p_budget_usd": number; "p_org_id": string; "p_period": string; "p_seen"?: Json };
        Returns: Json;
      };
      "set_agent_permission": {
        Args: {
          "p_action": string;
          "p_org_id": string;
          "p_permission": Json;
          "p_role_name": string;
          "p_seen"?: Json;
        };
        Returns: Json;
      };
      "set_display_name": { Args: { "p_name": string }; Returns: Json };
      "set_job_line_terms": {
        Args: {
          "p_first_term": number;
          "p_job_line": string;
          "p_last_term": number;
          "p_reason"?: string;
        };
        Returns: Json;
      };
      "set_member_role": {
        Args: { "p_org_id": string; "p_role": string; "p_seen"?: Json; "p_user_id": string };
        Returns: undefined;
      };
      "set_operator_active": { Args: { "p_active": boolean; "p_operator": string }; Returns: Json };
      "set_project_budget": {
        Args: { "p_budget": Json; "p_project": number; "p_seen"?: Json };
        Returns: Json;
      };
      "set_strategy": {
        Args: { "p_config": Json; "p_org_id": string; "p_seen"?: Json };
        Returns: Json;
      };
      "solver_calls_needed": { Args: { "p_function": string }; Returns: number };
      "start_allocation_run": { Args: { "p_document": Json }; Returns: Json };
      "strategy_tick": { Args: { "p_org_id": string }; Returns: number };
      "submit_wishes": { Args: { "p_worker_mapping": string }; Returns: Json };
      "unarchive_allocation_run": {
        Args: { "p_allocation_run": string; "p_reason"?: string };
        Returns: undefined;
      };
      "unarchive_job_lines": {
        Args: { "p_allocation_run": string; "p_job_lines": (string)[]; "p_reason"?: string };
        Returns: number;
      };
      "undo_job_lines_edit": {
        Args: { "p_accept_losses"?: boolean; "p_history": string; "p_reason"?: string };
        Returns: Json;
      };
      "unfinalise_match": {
        Args: { "p_allocation_run": string; "p_reason": string; "p_seen"?: Json };
        Returns: Json;
      };
      "unlock_doctors": {
        Args: { "p_allocation_run": string; "p_worker_mappings": (string)[] };
        Returns: number;
      };
      "verify_prime": {
        Args: { "p_offered"?: Json; "p_org_id"?: string; "p_prime": number };
        Returns: Json;
      };
      "window_progress": {
        Args: { "p_allocation_run": string };
        Returns: {
          "begun_at": string;
          "changed_since_submit": boolean;
          "email": string;
          "has_account": boolean;
          "invited_at": string;
          "lines": number;
          "locked_at": string;
          "name": string;
          "submitted_at": string;
          "withdrawal_reason": string;
          "withdrawn_at": string;
          "worker": string;
          "worker_mapping": string;
        }[];
      };
      "withdraw_doctors": {
        Args: {
          "p_allocation_run": string;
          "p_effective_on"?: string;
          "p_reason"?: string;
          "p_worker_mappings": (string)[];
        };
        Returns: Json;
      };
      "withdraw_invitation": {
        Args: { "p_email": string; "p_org_id": string };
        Returns: undefined;
      };
      "withdraw_record": { Args: { "p_record": number }; Returns: boolean };
      "withdraw_swap": { Args: { "p_swap": string }; Returns: Json };
    };
    Enums: {
      "allocation_run_status": "draft" | "open" | "closed";
      "allocator_run_status":
        | "PENDING"
        | "GENERATING"
        | "COMPLETED"
        | "INFEASIBLE"
        | "FAILED"
        | "CANCELLED";
      "job_lines_history_reason":
        | "planner_run"
        | "restore"
        | "terms"
        | "populate"
        | "edit"
        | "kept";
      "planner_run_status":
        | "PENDING"
        | "GENERATING"
        | "COMPLETED"
        | "INFEASIBLE"
        | "FAILED"
        | "CANCELLED";
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends
    {
      Insert: infer I;
    } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends
    {
      Update: infer U;
    } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][
    CompositeTypeName
  ]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "fleet": {
    Enums: {
      "block_status": ["PENDING", "CLAIMED", "DONE", "ABANDONED"],
      "job_status": ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"],
    },
  },
  "planner": {
    Enums: {},
  },
  "public": {
    Enums: {
      "allocation_run_status": ["draft", "open", "closed"],
      "allocator_run_status": [
        "PENDING",
        "GENERATING",
        "COMPLETED",
        "INFEASIBLE",
        "FAILED",
        "CANCELLED",
      ],
      "job_lines_history_reason": ["planner_run", "restore", "terms", "populate", "edit", "kept"],
      "planner_run_status": [
        "PENDING",
        "GENERATING",
        "COMPLETED",
        "INFEASIBLE",
        "FAILED",
        "CANCELLED",
      ],
    },
  },
} as const;
