"use client";

export { PageFailure as default } from "@/components/access/page-failure";
